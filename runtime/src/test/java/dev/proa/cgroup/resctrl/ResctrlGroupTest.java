package dev.proa.cgroup.resctrl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.Undo;
import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.Sysno;
import dev.proa.spec.linux.IntelRdt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real folder that behaves like resctrl: a new group has its files, and goes with them. */
class ResctrlGroupTest {
  private static final String DEFAULT = "    MB:0=100;1=100\n    L3:0=7ff;1=7ff\n";

  @TempDir Path mount;
  private final List<String> writes = new ArrayList<>();
  private final Kernel kernel = new FakeResctrl();

  /** Linux, but mkdir fills a group, rmdir empties it first, and writes are remembered. */
  private final class FakeResctrl implements Kernel {
    private final Kernel linux = new LinuxKernel();

    @Override
    public long call(Call call) {
      if (call.number() == Sysno.UNLINKAT) {
        delete(Path.of(((Arg.Text) call.args().get(1)).value()));
        return 0;
      }
      if (call.number() == Sysno.WRITE) {
        byte[] bytes = ((Arg.Memory) call.args().get(1)).bytes();
        String text = new String(bytes, StandardCharsets.UTF_8);
        String file = call.args().get(0).toString();
        writes.add(file.substring(file.indexOf('<') + 1, file.length() - 1) + " " + text.strip());
        if (text.startsWith("XX")) {
          return -22;
        }
      }
      long result = linux.call(call);
      if (call.number() == Sysno.MKDIRAT && result == 0) {
        fill(Path.of(((Arg.Text) call.args().get(1)).value()));
      }
      return result;
    }
  }

  private static void fill(Path group) {
    try {
      Files.writeString(group.resolve("tasks"), "");
      if (!group.getParent().endsWith("mon_groups")) {
        Files.writeString(group.resolve("schemata"), DEFAULT);
        Files.createDirectories(group.resolve("mon_groups"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path tree) {
    try {
      if (Files.isDirectory(tree)) {
        try (var all = Files.list(tree)) {
          all.forEach(ResctrlGroupTest::delete);
        }
      }
      Files.deleteIfExists(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void root() throws IOException {
    fill(mount);
    Files.createDirectories(mount.resolve("info"));
    Files.writeString(mount.resolve("info/last_cmd_status"), "unknown resource name\n");
  }

  private ResctrlGroup group(IntelRdt rdt) {
    String mountinfo =
        "22 1 0:20 / /proc rw - proc proc rw\n"
            + "23 1 0:21 / "
            + mount
            + " rw,relatime shared:9 - resctrl resctrl rw\n";
    return ResctrlGroup.plan(kernel, rdt, "web", mountinfo);
  }

  private static IntelRdt rdt(String closId, String l3, String mb, boolean monitor, String... all) {
    return new IntelRdt(closId, List.of(all), l3, mb, monitor);
  }

  private String refused(IntelRdt rdt) {
    String message = assertThrows(CgroupException.class, () -> group(rdt).create(rdt)).getMessage();
    return message.replace(mount.toString(), "/resctrl");
  }

  @Test
  void withoutResctrlThereIsNoContainer() {
    IntelRdt rdt = rdt(null, null, null, false);
    assertEquals(
        "linux.intelRdt: no resctrl file system is mounted",
        assertThrows(
                CgroupException.class,
                () -> ResctrlGroup.plan(kernel, rdt, "web", "22 1 0:20 / /proc rw - proc proc rw"))
            .getMessage());
  }

  @Test
  void aClassOfItsOwnComesAndGoesWithTheContainer() {
    IntelRdt rdt = rdt(null, "L3:0=f", "MB:0=20", true, "L2:0=1", "L3:1=ff");
    ResctrlGroup group = group(rdt);
    Path own = mount.resolve("web");
    Path monitoring = own.resolve("mon_groups/web");
    assertEquals(own.toString(), group.path());
    assertEquals(List.of(monitoring.toString(), own.toString()), group.folders());
    assertFalse(Files.exists(own), "nothing is made before the state knows of it");
    group.create(rdt);
    group.join(42);
    assertTrue(Files.isDirectory(monitoring));
    assertEquals(
        List.of(
            "schemata L3:0=f",
            "schemata MB:0=20",
            "schemata L2:0=1\nL3:1=ff",
            "tasks 42",
            "tasks 42"),
        writes);
    ResctrlGroup known = ResctrlGroup.of(kernel, group.path(), group.folders());
    known.update("L3:0=3", null, new Undo());
    assertEquals("schemata L3:0=3", writes.getLast());
    known.delete();
    assertFalse(Files.exists(own));
    known.delete();
  }

  @Test
  void withoutSchemataNoneIsWritten() {
    IntelRdt rdt = rdt("", null, null, false);
    group(rdt).create(rdt);
    assertTrue(Files.isDirectory(mount.resolve("web")));
    assertEquals(List.of(), writes);
  }

  @Test
  void aNamedClassIsMadeAndStays() {
    IntelRdt rdt = rdt("gold", "L3:0=f", null, false);
    ResctrlGroup group = group(rdt);
    group.create(rdt);
    assertEquals(List.of("schemata L3:0=f"), writes);
    assertEquals(List.of(), group.folders());
    group.delete();
    assertTrue(Files.isDirectory(mount.resolve("gold")));
  }

  @Test
  void aNamedClassThatIsThereMustBeTheSame() {
    fill(newFolder("gold"));
    IntelRdt same = rdt("gold", "L3:0=07FF;1=7ff", "MB:1=100", true);
    ResctrlGroup group = group(same);
    group.create(same);
    group.join(7);
    assertEquals(List.of("tasks 7", "tasks 7"), writes, "schemata are compared, not written");
    group.delete();
    assertFalse(Files.exists(mount.resolve("gold/mon_groups/web")));
    assertTrue(Files.isDirectory(mount.resolve("gold")));
    assertEquals(
        "linux.intelRdt: the class of service \"/resctrl/gold\" differs: L3:1=f is 7ff",
        refused(rdt("gold", null, null, false, "L3:0=7ff;1=f")));
    assertEquals(
        "linux.intelRdt: the class of service \"/resctrl/gold\" differs: L2:0=f is not there",
        refused(rdt("gold", null, null, false, "L2:0=f")));
  }

  @Test
  void aNamedClassWithoutSchemataMustBeThere() {
    fill(newFolder("gold"));
    IntelRdt there = rdt("gold", null, null, false);
    group(there).create(there);
    assertEquals(
        "linux.intelRdt: there is no class of service \"/resctrl/silver\", "
            + "and no schema to make it of",
        refused(rdt("silver", null, null, false)));
  }

  @Test
  void aSlashIsTheDefaultClass() {
    IntelRdt rdt = rdt("/", null, null, true);
    ResctrlGroup group = group(rdt);
    assertEquals(mount.toString(), group.path());
    assertEquals(List.of(mount + "/mon_groups/web"), group.folders());
    group.create(rdt);
    group.join(3);
    group.delete();
    assertTrue(Files.isDirectory(mount));
    assertFalse(Files.exists(mount.resolve("mon_groups/web")));
  }

  @Test
  void whatTheKernelRefusesIsNotLeft() {
    assertEquals(
        "linux.intelRdt: write \"/resctrl/web/schemata\" \"XX:0=1\n\": invalid argument: "
            + "unknown resource name",
        refused(rdt(null, null, null, false, "XX:0=1")));
    assertFalse(Files.exists(mount.resolve("web")));
  }

  @Test
  void anothersFolderIsNotTaken() {
    newFolder("web");
    assertEquals(
        "linux.intelRdt: \"/resctrl/web\" exists already", refused(rdt(null, null, null, false)));
    assertTrue(Files.isDirectory(mount.resolve("web")));
  }

  private Path newFolder(String name) {
    try {
      return Files.createDirectories(mount.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
