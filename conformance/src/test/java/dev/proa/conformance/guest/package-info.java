/**
 * The tests without maven, in the virtual machine of {@code hack/vm test}: one virtual machine of
 * Java for all classes, since it takes seconds to start there.
 */
package dev.proa.conformance.guest;
