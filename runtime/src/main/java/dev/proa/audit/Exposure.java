package dev.proa.audit;

/**
 * One thing that lets a container reach its host.
 *
 * @param grade how bad it is
 * @param pointer JSON pointer of the config's value that causes it; of what is missing, the pointer
 *     that it would have
 * @param message what it is: a sentence in lower case, without a full stop
 * @param live whether it was seen in the running container and is not what the config asks for
 */
public record Exposure(Grade grade, String pointer, String message, boolean live) {}
