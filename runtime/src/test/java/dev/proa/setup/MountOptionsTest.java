package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.MountCalls;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountOptionsTest {
  private static MountOptions of(String... options) {
    return MountOptions.of(List.of(options));
  }

  @Test
  void flagsAreSetAndCleared() {
    assertEquals(
        new MountAttributes(1 | 2 | 4 | 8, 0), of("ro", "nosuid", "nodev", "noexec").attributes());
    assertEquals(
        new MountAttributes(0, 1 | 2 | 4 | 8), of("rw", "suid", "dev", "exec").attributes());
    assertEquals(
        new MountAttributes(0x80 | 0x200000, 0), of("nodiratime", "nosymfollow").attributes());
  }

  @Test
  void theLastOfContradictingOptionsCounts() {
    assertEquals(new MountAttributes(0, 1), of("ro", "rw").attributes());
    assertEquals(new MountAttributes(1, 0), of("rw", "ro").attributes());
    assertEquals(0, of("sync", "async").superblock());
  }

  @Test
  void accessTimesExcludeEachOther() {
    assertEquals(new MountAttributes(0x10, 0x70), of("noatime").attributes());
    assertEquals(new MountAttributes(0x20, 0x70), of("noatime", "strictatime").attributes());
    assertEquals(new MountAttributes(0, 0x70), of("relatime").attributes());
    assertEquals(new MountAttributes(0, 0x70), of("noatime", "atime").attributes());
    assertEquals(
        new MountAttributes(0x10, 0x70), of("noatime", "norelatime", "nostrictatime").attributes());
  }

  @Test
  void recursiveOptionsAreKeptApart() {
    MountOptions options = of("rro", "rnosuid", "rexec", "rnoatime", "rnosymfollow");
    assertEquals(new MountAttributes(1 | 2 | 0x10 | 0x200000, 8 | 0x70), options.recursive());
    assertTrue(options.attributes().isEmpty());
  }

  @Test
  void propagationKeepsItsOrder() {
    assertEquals(
        List.of(MountCalls.MS_SLAVE | MountCalls.MS_REC, MountCalls.MS_SHARED),
        of("rslave", "shared").propagations());
  }

  @Test
  void otherWordsAreTheFileSystems() {
    MountOptions options =
        of("rbind", "mode=755", "size=64k", "tmpcopyup", "dirsync", "lazytime", "", "defaults");
    assertEquals(List.of("mode=755", "size=64k"), options.data());
    assertTrue(options.has(MountOptions.BIND));
    assertTrue(options.has(MountOptions.RECURSIVE));
    assertTrue(options.has(MountOptions.COPY_UP));
    assertFalse(options.has(MountOptions.REMOUNT));
    assertEquals(MountCalls.MS_DIRSYNC | MountCalls.MS_LAZYTIME, options.superblock());
  }

  @Test
  void aBindMountWithFlagsLosesThoseOfItsSource() {
    assertEquals(new MountAttributes(1, 2 | 4 | 8 | 0x200000), of("ro").attributes().exactly());
  }

  @Test
  void allWordsOfTheSpecAreKnown() {
    List<String> known = MountOptions.known();
    for (String word :
        List.of(
            "async",
            "atime",
            "bind",
            "defaults",
            "dev",
            "diratime",
            "dirsync",
            "exec",
            "iversion",
            "lazytime",
            "loud",
            "mand",
            "noatime",
            "nodev",
            "nodiratime",
            "noexec",
            "noiversion",
            "nolazytime",
            "nomand",
            "norelatime",
            "nostrictatime",
            "nosuid",
            "nosymfollow",
            "private",
            "ratime",
            "rbind",
            "rdev",
            "rdiratime",
            "relatime",
            "remount",
            "rexec",
            "rnoatime",
            "rnodev",
            "rnodiratime",
            "rnoexec",
            "rnorelatime",
            "rnostrictatime",
            "rnosuid",
            "rnosymfollow",
            "ro",
            "rprivate",
            "rrelatime",
            "rro",
            "rrw",
            "rshared",
            "rslave",
            "rstrictatime",
            "rsuid",
            "rsymfollow",
            "runbindable",
            "rw",
            "shared",
            "silent",
            "slave",
            "strictatime",
            "suid",
            "symfollow",
            "sync",
            "tmpcopyup",
            "unbindable",
            "idmap",
            "ridmap")) {
      assertTrue(known.contains(word), word);
    }
    assertEquals(known.stream().sorted().toList(), known);
  }
}
