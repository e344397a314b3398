package dev.proa.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proa.kernel.Arg;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.Spec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveAuditTest {
  private static final String CONFIG =
      "{'ociVersion':'1.2.0','root':{'path':'r','readonly':true},"
          + "'process':{'cwd':'/','noNewPrivileges':true,"
          + "'capabilities':{'bounding':['CAP_KILL'],'permitted':['CAP_KILL']}},"
          + "'mounts':[{'destination':'/sys','type':'sysfs','options':['ro']}],"
          + "'linux':{'namespaces':[{'type':'mount'},{'type':'pid'}],"
          + "'seccomp':{'defaultAction':'SCMP_ACT_ERRNO'},'maskedPaths':['/proc/kcore']}}";

  /** A process in that pid namespace (the caller is in 1), with that status and these mounts. */
  private static List<String> audit(int pidNamespace, String status, String mounts) {
    RecordingKernel kernel =
        new RecordingKernel()
            .on(
                Sysno.READLINKAT,
                call -> {
                  String path = call.args().get(1).toString();
                  boolean other = path.contains("/proc/5/");
                  int number = !other ? 1 : path.contains("pid") ? pidNamespace : 2;
                  byte[] link = ("ns:[" + number + "]").getBytes(StandardCharsets.UTF_8);
                  byte[] buffer = ((Arg.Memory) call.args().get(2)).bytes();
                  System.arraycopy(link, 0, buffer, 0, link.length);
                  return link.length;
                })
            .file("/proc/5/status", status)
            .file("/proc/5/mountinfo", mounts);
    byte[] text = CONFIG.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>();
    for (Exposure each :
        LiveAudit.exposures(kernel, Spec.read(JsonDocument.parse("config.json", text)), 5)) {
      lines.add(each.grade() + " " + each.pointer() + " " + each.message());
    }
    return lines;
  }

  private static String mount(String point, String options) {
    return "1 2 0:3 / " + point + " " + options + " - tmpfs x rw\n";
  }

  @Test
  void asItWasAskedFor() {
    assertEquals(
        List.of(),
        audit(
            2,
            "CapPrm:\t0000000000000020\nCapBnd:\t0000000000000020\nNoNewPrivs:\t1\nSeccomp:\t2\n",
            mount("/", "ro") + mount("/sys", "ro,nosuid") + mount("/proc/kcore", "rw")));
  }

  @Test
  void drift() {
    assertEquals(
        List.of(
            "critical /linux/namespaces is in the host's pid namespace, and was to have another",
            "critical /process/capabilities/bounding has CAP_SYS_ADMIN, which it was not to have",
            "high /process/noNewPrivileges no_new_privs is not set",
            "high /linux/seccomp has no filter",
            "high /mounts/0/options /sys can be written to",
            "medium /root/readonly the root file system can be written to",
            "high /linux/maskedPaths/0 /proc/kcore is not masked any more",
            "low /mounts /data is a mount that the config does not know"),
        audit(
            1,
            "CapPrm:\t0000000000000020\nCapBnd:\t0000000000200020\nNoNewPrivs:\t0\nSeccomp:\t0\n",
            mount("/", "rw") + mount("/sys", "rw,nosuid") + mount("/data", "rw")));
  }
}
