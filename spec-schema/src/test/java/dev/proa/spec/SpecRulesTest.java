package dev.proa.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SpecRulesTest {
  private static String refusal(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return assertThrows(InvalidSpecException.class, () -> Specs.load("config.json", bytes))
        .getMessage();
  }

  /** What is refused of a config that is right but for these members. */
  private static String section(String members) {
    return refusal(
            "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},"
                + "\"process\":{\"cwd\":\"/\",\"args\":[\"sh\"]},\n"
                + members
                + "}")
        .replaceAll("(?m)^config.json:2:[0-9]+: ", "");
  }

  private static String linux(String members) {
    return section("\"linux\":{" + members + "}");
  }

  @Test
  void demandsWhatCreateNeeds() {
    assertEquals(
        """
        config.json:1:1: root: required to create a container
        config.json:1:16: ociVersion: "one" is no version such as 1.3.0""",
        refusal("{\"ociVersion\": \"one\"}"));
    assertEquals(
        """
        config.json:1:16: ociVersion: 2.0.0 is not supported: this is 1.3.0
        config.json:1:42: root.path: must not be empty
        config.json:1:67: process.args: must not be empty
        config.json:1:78: process.cwd: must be an absolute path""",
        refusal(
            "{\"ociVersion\": \"2.0.0\", \"root\": {\"path\": \"\"}, \"process\": {\"args\": [],"
                + " \"cwd\": \"tmp\"}}"));
  }

  @Test
  void checksTheProcess() {
    assertEquals(
        """
        config.json:2:40: process.args[1]: contains nul byte (\\x00)
        config.json:3:11: process.env[0]: invalid environment variable: missing '='
        config.json:3:16: process.env[1]: invalid environment variable: name cannot be empty
        config.json:4:24: process.rlimits[0].type: "RLIMIT_NOFILES" is not one of "RLIMIT_AS",\
         "RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_LOCKS",\
         "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_NOFILE", "RLIMIT_NPROC",\
         "RLIMIT_RSS", "RLIMIT_RTPRIO", "RLIMIT_RTTIME", "RLIMIT_SIGPENDING", "RLIMIT_STACK"; did\
         you mean "RLIMIT_NOFILE"?
        config.json:5:34: process.rlimits[1].soft: must not be above the hard limit
        config.json:6:10: process.rlimits[2].type: RLIMIT_CPU comes twice
        config.json:7:50: process.scheduler.nice: 20 is not from -20 to 19
        config.json:7:66: process.scheduler.priority: is for SCHED_FIFO and SCHED_RR only
        config.json:7:79: process.scheduler.period: is for SCHED_DEADLINE only
        config.json:8:58: process.ioPriority.priority: 8 is not from 0 to 7
        config.json:9:18: process.oomScoreAdj: -1001 is not from -1000 to 1000""",
        refusal(
            """
            {"ociVersion": "1.0.2-dev", "root": {"path": "rootfs"},
             "process": {"cwd": "/", "args": ["x", "a\\u0000b"],
              "env": ["A", "=b", "C=d"],
              "rlimits": [{"type": "RLIMIT_NOFILES", "soft": 1, "hard": 18446744073709551615},
              {"type": "RLIMIT_CPU", "soft": 2, "hard": 1}, {"soft": 0, "hard": 0,
              "type":"RLIMIT_CPU"}],
              "scheduler": {"policy": "SCHED_OTHER", "nice": 20, "priority": 1, "period": 5},
              "ioPriority": {"class": "IOPRIO_CLASS_BE", "priority": 8},
              "oomScoreAdj": -1001}}
            """));
  }

  @Test
  void checksNamespaces() {
    assertEquals(
        "linux.namespaces[1].type: duplicated ns \"pid\"\n"
            + "linux.namespaces[1].path: must be an absolute path",
        linux("\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"pid\",\"path\":\"x\"}]"));
    assertEquals(
        "hostname: unable to set hostname without a private UTS namespace\n"
            + "domainname: unable to set domainname without a private UTS namespace",
        section("\"hostname\":\"a\",\"domainname\":\"b\""));
    assertEquals(
        "linux.gidMappings: user namespace mappings specified, but user namespace isn't enabled in"
            + " the config",
        linux("\"gidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":1}]"));
    assertEquals(
        """
        linux.gidMappings: required for a new user namespace
        linux.uidMappings[0].size: must be more than 0
        linux.uidMappings[1]: the range inside ends after 4294967294
        linux.uidMappings[1]: the range outside ends after 4294967294""",
        linux(
            "\"namespaces\":[{\"type\":\"user\"}],\"uidMappings\":"
                + "[{\"containerID\":0,\"hostID\":0,\"size\":0},"
                + "{\"containerID\":1,\"hostID\":2,\"size\":4294967295}]"));
    assertEquals(
        """
        linux.timeOffsets: time namespace offsets specified, but time namespace isn't enabled in\
         the config
        linux.maskedPaths: unable to restrict sys entries without a private MNT namespace
        linux.readonlyPaths: unable to restrict sys entries without a private MNT namespace""",
        linux("\"timeOffsets\":{},\"maskedPaths\":[\"/a\"],\"readonlyPaths\":[\"/b\"]"));
  }

  @Test
  void checksSysctl() {
    assertEquals(
        """
        linux.sysctl["net/ipv4/conf/eno2.100/x"]: sysctl "net.ipv4.conf.eno2/100.x" not allowed in\
         host network namespace
        linux.sysctl["kernel.sem"]: sysctl "kernel.sem" is not allowed in the hosts ipc namespace
        linux.sysctl["kernel.hostname"]: sysctl "kernel.hostname" is not allowed as it conflicts\
         with the OCI "hostname" field
        linux.sysctl["vm.swappiness"]: sysctl "vm.swappiness" is not in a separate kernel\
         namespace""",
        linux(
            "\"namespaces\":[{\"type\":\"uts\"}],\"sysctl\":{\"net/ipv4/conf/eno2.100/x\":\"1\","
                + "\"kernel.sem\":\"1\",\"kernel.hostname\":\"x\",\"vm.swappiness\":\"1\","
                + "\"kernel.domainname\":\"y\"}"));
  }

  @Test
  void checksTheRest() {
    assertEquals(
        """
        linux.devices[0].path: must be an absolute path
        linux.devices[1].major: required for a device of type c
        linux.devices[1].minor: required for a device of type c""",
        linux(
            "\"devices\":[{\"type\":\"p\",\"path\":\"pipe\"},{\"type\":\"c\",\"path\":\"/dev/x\"}]"));
    assertEquals(
        """
        linux.netDevices: unable to move network devices without a private NET namespace
        linux.netDevices.eth1: gets the same name as "eth0"
        linux.netDevices.eth2.name: is no name of a network interface
        linux.netDevices.eth3: gets the same name as "eth1\"""",
        linux(
            "\"netDevices\":{\"eth0\":{\"name\":\"x\"},\"eth1\":{\"name\":\"x\"},"
                + "\"eth2\":{\"name\":\"a/b\"},\"eth3\":{\"name\":\"x\"}}"));
    assertEquals(
        """
        linux.netDevices["äöüäöüäö"]: is no name of a network interface
        linux.netDevices["äöüäöüäö"].name: is no name of a network interface""",
        linux(
            "\"namespaces\":[{\"type\":\"network\"}],\"netDevices\":{\"äöüäöüäö\":{},"
                + "\"a\":{\"name\":\"eth%d\"},\"b\":{\"name\":\"eth%d\"}}"));
    assertEquals(
        """
        linux.maskedPaths[0]: must be an absolute path
        linux.readonlyPaths[1]: must be an absolute path
        linux.seccomp.listenerMetadata: is for a listenerPath only""",
        linux(
            "\"namespaces\":[{\"type\":\"mount\"}],\"maskedPaths\":[\"proc/x\"],"
                + "\"readonlyPaths\":[\"/proc\",\"x\"],\"seccomp\":{\"defaultAction\":"
                + "\"SCMP_ACT_ALLOW\",\"listenerMetadata\":\"x\"}"));
    assertEquals(
        """
        linux.intelRdt.closID: is no name of a class of service
        linux.intelRdt.l3CacheSchema: contains a newline
        linux.intelRdt.schemata[1]: contains a newline""",
        linux(
            "\"intelRdt\":{\"closID\":\"a/b\",\"l3CacheSchema\":\"L3:0=f\\n\","
                + "\"schemata\":[\"L2:0=f\",\"MB:0=1\\n\"]}"));
    assertEquals(
        "linux.personality.domain: required but missing\n"
            + "linux.personality.flags: no flag is supported",
        linux("\"personality\":{\"flags\":[\"X\"]}"));
    assertEquals(
        "linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be the default action\n"
            + "linux.seccomp.syscalls[0].args[0].index: 6 is not from 0 to 5",
        linux(
            "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_NOTIFY\",\"syscalls\":[{\"names\":[\"x\"],"
                + "\"action\":\"SCMP_ACT_LOG\","
                + "\"args\":[{\"index\":6,\"value\":0,\"op\":\"SCMP_CMP_EQ\"}]}]}"));
    assertEquals(
        """
        mounts[0].destination: must not be empty
        mounts[1]: uidMappings and gidMappings must be given together
        hooks.prestart[0].path: must be an absolute path
        hooks.poststop[1].path: must be an absolute path""",
        section(
            "\"mounts\":[{\"destination\":\"\"},{\"destination\":\"/a\",\"uidMappings\":"
                + "[{\"containerID\":0,\"hostID\":0,\"size\":1}]}],"
                + "\"hooks\":{\"prestart\":[{\"path\":\"a\"}],"
                + "\"poststop\":[{\"path\":\"/b\"},{\"path\":\"b\"}]}"));
  }

  @Test
  void checksAProcessOfItsOwn() {
    byte[] text = "{\"cwd\":\"x\",\"args\":[\"sh\"]}".getBytes(StandardCharsets.UTF_8);
    assertEquals(
        "process.json:1:8: cwd: must be an absolute path",
        assertThrows(InvalidSpecException.class, () -> Specs.process("process.json", text))
            .getMessage());
  }
}
