/*
 * Stands in for liblibchelper.a, the small C library that the image builder links into every image and that only
 * GraalVM distributions have. It is no part of proa's own code: only builds with a stock JDK link it (build.sh).
 * Each function is one that the image names; what a program with one thread, no signal handlers and no container
 * detection of its own never reaches answers "not there".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "svm_locale.h"

/* ---- The CPU: which of the features the image may be compiled for (x86-64-v2 and v3) this one has. ---- */

#ifdef __x86_64__
#include <cpuid.h>

/* Three times CPUID and no libgcc: in a virtual machine each one is an exit to its host, 4 µs. */
void determineCPUFeatures(CPUFeatures *features) {
  unsigned eax, ebx, ecx, edx, xcr0 = 0, high;
  memset(features, 0, sizeof *features);
  features->fCX8 = features->fCMOV = features->fFXSR = features->fMMX = features->fSSE = features->fSSE2 = 1; /* every x86-64 */
  __cpuid(1, eax, ebx, ecx, edx);
  features->fSSE3 = !!(ecx & bit_SSE3);
  features->fSSSE3 = !!(ecx & bit_SSSE3);
  features->fSSE4_1 = !!(ecx & bit_SSE4_1);
  features->fSSE4_2 = !!(ecx & bit_SSE4_2);
  features->fPOPCNT = !!(ecx & bit_POPCNT);
  if (ecx & bit_OSXSAVE) __asm__("xgetbv" : "=a"(xcr0), "=d"(high) : "c"(0));
  if ((xcr0 & 6) == 6) { /* the kernel keeps XMM and YMM */
    features->fAVX = !!(ecx & bit_AVX);
    features->fFMA = !!(ecx & bit_FMA);
    features->fF16C = !!(ecx & bit_F16C);
  }
  __cpuid_count(7, 0, eax, ebx, ecx, edx);
  features->fAVX2 = features->fAVX && (ebx & bit_AVX2);
  features->fBMI1 = !!(ebx & bit_BMI);
  features->fBMI2 = !!(ebx & bit_BMI2);
  __cpuid(0x80000001, eax, ebx, ecx, edx);
  features->fLZCNT = !!(ecx & bit_LZCNT);
}
#else
void determineCPUFeatures(CPUFeatures *features) {
  memset(features, 0, sizeof *features);
  features->fFP = features->fASIMD = 1; /* every ARMv8-A Linux */
}
#endif

/* `built` has one byte per feature: 0xfe where the image needs it, else 0xff. */
int checkCPUFeatures(const char *built) {
  CPUFeatures here;
  determineCPUFeatures(&here);
  for (size_t i = 0; i < sizeof here; i++) {
    if ((unsigned char)(built[i] | ((char *)&here)[i]) != 0xff) return 1;
  }
  return 0;
}

int checkCPUFeaturesOrExit(const char *built, const char *message) {
  if (checkCPUFeatures(built) == 0) return 0;
  fprintf(stderr, "proa: this CPU is too old for this build of proa\n%s\n", message);
  _exit(1);
}

/* ---- Wrappers. ---- */

int getThreadId(void) { return (int)syscall(SYS_gettid); }
int openSII(const char *path, int flags, int mode) { return open(path, flags, mode); }
void *mremapP(void *old, size_t from, size_t to, int flags, void *at) { return mremap(old, from, to, flags, at); }
int fprintfSD(FILE *out, const char *format, const char *text, int number) { return fprintf(out, format, text, number); }

/* ---- Locale and time zone: proa speaks one language and prints UTC. ---- */

static const svm_locale_props_t locale = {"en", 0, "US", 0, "en", 0, "US", 0};
int svm_initialize_locale(void) { return SVM_LOCALE_INITIALIZATION_SUCCEEDED; }
const svm_locale_props_t *svm_get_locale(void) { return &locale; }
const char *SVM_FindJavaTZmd(const char *mappings, int length) {
  (void)mappings, (void)length;
  return "UTC";
}

/* ---- Not there: the builder's own container detection, and signal handling. ---- */

int svm_container_initialize(int version) { (void)version; return 1; }
int svm_container_active_processor_count(void) { return 1; }
long svm_container_physical_memory(void) { return -1; }
int initialize(void) { return 0; }
int cSunMiscSignal_open(void) { return -1; }
int cSunMiscSignal_close(void) { return -1; }
int cSunMiscSignal_awaitSemaphore(void) { return -1; }
int cSunMiscSignal_signalSemaphore(void) { return -1; }
int cSunMiscSignal_signalRangeCheck(int signal) { (void)signal; return 0; }
int cSunMiscSignal_checkPendingSignal(void) { return -1; }
void *cSunMiscSignal_signalHandlerFunctionPointer(void) { return 0; }
