#!/usr/bin/env bash
# Builds the native executable: OUTPUT/proa with its private folder OUTPUT/lib/proa. Called by `mvn -Pnative package`.
#
#   build.sh CLASSPATH OUTPUT      CLASSPATH: the program, its libraries and the image builder (svm), as Maven resolved them
#
# Needs gcc, nm, unzip and one of:
#   a GraalVM 25: bin/native-image in GRAALVM_HOME or JAVA_HOME
#   a JDK 25 with the module jdk.internal.vm.ci (Temurin has it) as JAVA_HOME; the builder is then svm from Maven Central
#
# In both cases the builder stops at the object file and this script links it: without PIE (no relocations at start)
# and without the JDK's native libraries (nothing to load at start but libc). README.md beside this file has the why.
set -euo pipefail
{ # read as a whole before it runs: a build takes minutes, in which this file may change
here=$(cd "$(dirname "$0")" && pwd)
classpath=$1 output=$(mkdir -p "$2" && cd "$2" && pwd)
work=$output/native
rm -rf "$work" && mkdir -p "$work/tmp" "$output/lib/proa"
echo "$classpath" > "$work/classpath" # to run this script by hand

case $(uname -m) in
  x86_64) cpu=amd64 march=${PROA_MARCH:-x86-64-v2} jffi=x86_64-Linux ;;
  aarch64) cpu=aarch64 march=${PROA_MARCH:-armv8-a} jffi=aarch64-Linux ;;
  *) echo "build.sh: no image for $(uname -m)" >&2; exit 1 ;;
esac

# The program's jars and the builder's, told apart by their folder in the Maven repository.
program= builder=
IFS=: read -ra jars <<< "$classpath"
for jar in "${jars[@]}"; do
  case $jar in
    */org/graalvm/*) builder+=${builder:+:}$jar ;;
    *-native.jar) unzip -qoj "$jar" "jni/$jffi/libjffi-1.2.so" -d "$output/lib/proa" ;;
    *) program+=${program:+:}$jar ;;
  esac
done

# What reflection finds in the image: our page of metadata, and what picocli's annotation processor wrote.
metadata=$(cd "${program%%:*}" && find META-INF/native-image -name '*.json' -printf '%h\n' | sort -u | paste -sd,)

options=(
  -H:+UnlockExperimentalVMOptions
  -H:+ExitAfterRelocatableImageWrite # we link ourselves, below
  -H:TempDirectory="$work/tmp"
  -H:MicroArchitecture="$march"
  -H:Optimize="${PROA_OPTIMIZE:-s}" # for size: what a start costs is the pages it touches
  # One heap, at a fixed address in the executable's own data: nothing to map at start, no need of /proc, no 32 GB of
  # address space reserved; so it also starts from a detached mount and under an address-space limit.
  -H:-SpawnIsolates
  # One thread: no signal dispatcher, no reference handler.
  -R:-EnableSignalHandling
  -R:ActiveProcessorCount=1
  -R:-AutomaticReferenceHandling
  # Every argument is the program's: `proa exec ID java -Xmx1g` must not set our heap.
  -H:-ParseRuntimeOptions
  # A hostile config.json must not eat the host.
  -R:MaxHeapSize=256m
  -H:-UseContainerSupport
  # Allocation buffers of 256 KiB (8 KiB otherwise): each refill asks the collector whether it wants to run, which takes
  # it longer than a system call; and a start allocates about half a megabyte.
  -R:InitialTLABSize=262144
  -R:TLABSize=262144
  -R:-ResizeTLAB
  -H:ClassInitialization="$(sed -n 's/^\([^# ]\+\).*/\1:build_time/p' "$here/build-time-classes.txt" | paste -sd,)"
  ${PROA_IMAGE_OPTIONS:-} # split at spaces
)
java_options=(
  -Djnr.ffi.asm.enabled=false # an image cannot write bytecode: jnr-ffi's reflective path
  --add-exports=org.graalvm.nativeimage.builder/com.oracle.svm.core.c=ALL-UNNAMED # variables of libc
  --add-exports=org.graalvm.nativeimage.builder/com.oracle.svm.core.c.function=ALL-UNNAMED # ReadOnlySelf
  --add-exports=org.graalvm.nativeimage.builder/com.oracle.svm.core=ALL-UNNAMED # Uninterruptible
  -Dproa.hotMethods="$here/hot-methods.txt" # the order of the code: builder/HotMethods.java
  -Dproa.hotObjects="$here/hot-objects.txt" # and of the heap: builder/HotObjects.java
  -Dproa.commit="$(git -C "$here" describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)"
)

[ -z "${PROA_SYMBOLS:-}" ] || { # for hack/hot
  options+=(-H:-DeleteLocalSymbols)
  java_options+=(-Dproa.heapObjects="$output/objects")
}

native_image=
for home in "${GRAALVM_HOME:-}" "${JAVA_HOME:-}"; do
  [ -n "$home" ] && [ -x "$home/bin/native-image" ] && native_image=$home/bin/native-image && break
done

if [ -n "$native_image" ]; then
  (cd "$work" && "$native_image" "${java_options[@]/#/-J}" "${options[@]}" -cp "$program" dev.proa.cli.Main proa)
  helper=$(find "$home/lib/svm/clibraries" -name liblibchelper.a | head -1)
else
  stock=$("$here/stock-builder.sh" "$builder" "$cpu")
  helper=$stock/helper.o
  "$JAVA_HOME/bin/java" @"$stock/builder.args" "${java_options[@]}" \
    -m org.graalvm.nativeimage.builder/com.oracle.svm.hosted.NativeImageGeneratorRunner \
    -imagecp "$program" -H:Class=dev.proa.cli.Main -H:Name=proa -H:Path="$work" \
    -H:CLibraryPath="$stock" -H:ConfigurationResourceRoots="$metadata" \
    -H:ImageBuildID="$(sed 's/\(.\{8\}\)\(.\{4\}\)\(.\{4\}\)\(.\{4\}\)\(.\{12\}\).*/\1-\2-\3-\4-\5/' <<< "$(sha256sum <<< "$program")")" \
    "${options[@]}"
fi
object=$(find "$work/tmp" -name proa.o)

# The JDK's and the builder's native functions that the image still names: none of them is reached (their callers are
# substituted or not ours), so each becomes a stub that says its name and aborts.
{
  echo '#include <stdlib.h>'
  echo '#include <unistd.h>'
  nm -u "$object" | awk '{print $2}' | grep -E '^(Java_|JVM_|JNI_OnLoad_|jio_|Net|net_|NET_|handle|jdk_|InitializeEncoding)' | grep -vx JVM_ActiveProcessorCount | sort -u |
    comm -23 - <(nm -g --defined-only "$helper" 2>/dev/null | awk 'NF == 3 {print $3}' | sort -u) |
    sed 's/.*/void &(void) { static const char m[] = "proa: not in the image: &\\n"; if (write(2, m, sizeof m - 1)) {} abort(); }/'
  # Not absent: the JDK sizes its tables by the number of processors, and there is one thread.
  echo 'int JVM_ActiveProcessorCount(void) { return 1; }'
  # Before main: dev.proa.image.ReadOnlySelf.
  echo 'void proa_read_only_self(int, char **);'
  echo '__attribute__((section(".init_array"), used)) static void (*const before_main)(int, char **) = proa_read_only_self;'
} > "$work/absent.c"
gcc -Os -w -c -fno-pie -fno-builtin -ffunction-sections "$work/absent.c" -o "$work/absent.o"

gcc -no-pie -o "$work/proa" "$object" "$work/absent.o" "$helper" \
  -Wl,--gc-sections -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now -Wl,--build-id=sha1 -Wl,-O1 ${PROA_SYMBOLS:--s} -ldl -lpthread -lrt
install "$work/proa" "$output/proa"
rm -rf "$work/tmp" "$work/proa"
ls -l "$output/proa" | awk '{printf "proa: %.1f MB\n", $5 / 1e6}'
exit
}
