package dev.proa.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code exec}: a further process in a running container. */
abstract class Executing {
  @RegisterExtension final Sandbox box = new Sandbox();

  Container sleeping() {
    return box.started(box.bundle().sleeping());
  }

  Result exec(Container container, String... words) {
    return begin(container, Launcher.Stdin.NULL, words).await();
  }

  Execution begin(Container container, Launcher.Stdin stdin, String... words) {
    List<String> all = new ArrayList<>(List.of("exec"));
    for (String word : words) {
      all.add(word.equals("ID") ? container.id() : word);
    }
    return box.runtime().begin(all, stdin);
  }

  /** A process file as containerd and conmon write it. */
  Path process(Object... members) {
    Map<String, Object> process = new HashMap<>();
    process.put("args", List.of("true"));
    process.put("cwd", "/");
    process.put("user", Map.of("uid", 0, "gid", 0));
    process.put("env", List.of("PATH=/bin:/sbin:/usr/bin:/usr/sbin"));
    for (int i = 0; i < members.length; i += 2) {
      process.put((String) members[i], members[i + 1]);
    }
    Path file = box.folder().resolve("process.json");
    HostFiles.write(file, new ObjectMapper().valueToTree(process).toString());
    return file;
  }
}
