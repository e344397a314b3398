#!/usr/bin/env bash
# Prepares the image builder of a stock JDK 25 in a cache folder and prints that folder. Called by build.sh.
#
#   stock-builder.sh BUILDER_JARS CPU      CPU: amd64 or aarch64
#
# A GraalVM distribution has four things that Maven Central has not; each is made here:
#   builder.args     the java options that its native-image launcher passes, the module exports read from the JDK itself
#   patch/           the builder's terminal-size and memory report, in Java instead of a C library; and some of its
#                    classes with one method changed (builder/Changes.java)
#   include/         the headers that its C queries include, written from the builder's own class files
#   helper.o         the C library linked into each image (helper.c)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
jars=$1 cpu=$2
"$JAVA_HOME/bin/java" --list-modules | grep -q '^jdk.internal.vm.ci' || {
  echo "stock-builder.sh: $JAVA_HOME has no module jdk.internal.vm.ci; use a Temurin JDK 25 or a GraalVM 25" >&2; exit 1; }

key=$( { cat "$0" "$here"/*.[ch] "$here"/builder/*; cat "$JAVA_HOME/release"; echo "$JAVA_HOME $jars $cpu"; } | sha256sum | cut -c1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/proa-native/$key
[ -e "$cache/builder.args" ] && { echo "$cache"; exit; }
new=$cache.$$
mkdir -p "$new/include"
trap 'rm -rf "$new"' EXIT

"$JAVA_HOME/bin/javac" -nowarn --add-modules jdk.internal.vm.ci \
  --add-exports jdk.internal.vm.ci/jdk.vm.ci.meta=ALL-UNNAMED -cp "$jars" -d "$new/patch" "$here"/builder/ProgressReporterCHelper.java "$here"/builder/{HotMethods,HotObjects}.java
"$JAVA_HOME/bin/java" "$here/builder/Changes.java" "$jars" "$new/patch"

# For each architecture that the builder knows, one char per CPU feature, as its own struct of that name wants it.
for pair in amd64:AMD64 aarch64:AArch64 riscv64:RISCV64; do
  {
    echo '#pragma once'
    echo 'typedef struct {'
    "$JAVA_HOME/bin/javap" -p -cp "$jars" "com.oracle.svm.core.${pair%:*}.${pair#*:}LibCHelper\$CPUFeatures" |
      sed -n 's/.* boolean \(f[A-Za-z0-9_]*\)();/  char \1;/p'
    echo '} CPUFeatures;'
  } > "$new/include/${pair%:*}cpufeatures.h"
done
cp "$here/svm_locale.h" "$new/include/"
gcc -O2 -Wall -Wextra -c -fno-pie -ffunction-sections -I"$new/include" -include "${cpu}cpufeatures.h" "$here/helper.c" -o "$new/helper.o"

{
  cat <<ARGS
-XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI -XX:-UseJVMCICompiler -XX:+UseParallelGC -Xss10m -Xmx4g
--enable-native-access=ALL-UNNAMED,org.graalvm.nativeimage.builder
--sun-misc-unsafe-memory-access=allow
--module-path $jars
--upgrade-module-path $(tr : '\n' <<< "$jars" | grep '/compiler-[0-9]')
--patch-module org.graalvm.nativeimage.builder=$cache/patch
--add-modules=ALL-DEFAULT,org.graalvm.nativeimage.builder
-Djdk.internal.lambda.disableEagerInitialization=true
-Dcom.oracle.graalvm.isaot=true
-Djava.system.class.loader=com.oracle.svm.hosted.NativeImageSystemClassLoader
-Djava.awt.headless=true
-Dorg.graalvm.nativeimage.imagecode=buildtime
ARGS
  "$JAVA_HOME/bin/java" --add-modules=jdk.internal.vm.ci "$here/builder/Exports.java"
} > "$new/builder.args"
mkdir -p "$(dirname "$cache")"
rm -rf "$cache"
mv "$new" "$cache"
echo "$cache"
