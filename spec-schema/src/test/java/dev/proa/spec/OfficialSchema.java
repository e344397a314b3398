package dev.proa.spec;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The published schema (draft-04) and its documents, which lie beside the checkout. */
final class OfficialSchema {
  private static final String BASE = "https://oci.test/";

  private final Path folder;
  private final SchemaRegistry registry;

  private OfficialSchema(Path folder) throws IOException {
    this.folder = folder;
    Map<String, String> texts = new HashMap<>();
    for (Path file : json(folder)) {
      texts.put(BASE + file.getFileName(), Files.readString(file));
    }
    SchemaRegistryConfig config =
        SchemaRegistryConfig.builder().pathType(PathType.JSON_POINTER).build();
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_4,
            builder -> builder.schemas(texts).schemaRegistryConfig(config));
  }

  /** Skips the test where the folder is absent. */
  static OfficialSchema orSkip() throws IOException {
    Path folder = find();
    Assumptions.assumeTrue(folder != null, "no ../shared/oci-schema beside the checkout");
    return new OfficialSchema(folder);
  }

  /** Everything that the schema of this name says against the document. */
  List<Error> errors(String schema, JsonDocument document) {
    Schema compiled = registry.getSchema(SchemaLocation.of(BASE + schema + "-schema.json"));
    return compiled.validate(document.tree());
  }

  /** The documents of {@code test/KIND/good} or {@code bad}. */
  List<Path> documents(String kind, String verdict) throws IOException {
    return json(folder.resolve("test").resolve(kind).resolve(verdict));
  }

  private static List<Path> json(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(folder, "*.json")) {
      entries.forEach(files::add);
    }
    files.sort(null);
    return files;
  }

  /** Beside this checkout or, in a worktree, beside the one it belongs to. */
  private static Path find() throws IOException {
    Path top = Path.of("").toAbsolutePath();
    while (top != null && !Files.exists(top.resolve(".git"))) {
      top = top.getParent();
    }
    if (top == null) {
      return null;
    }
    List<Path> checkouts = new ArrayList<>(List.of(top));
    if (Files.isRegularFile(top.resolve(".git"))) {
      String link = Files.readString(top.resolve(".git")).strip();
      Path git = top.resolve(link.substring("gitdir: ".length()));
      Path common = git.resolve(Files.readString(git.resolve("commondir")).strip()).normalize();
      checkouts.add(common.getParent());
    }
    for (Path checkout : checkouts) {
      Path folder = checkout.resolveSibling("shared").resolve("oci-schema");
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    return null;
  }
}
