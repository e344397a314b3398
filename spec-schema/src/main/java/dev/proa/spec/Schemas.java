package dev.proa.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The schemas of {@code schema/*.json}, compiled. Initialised when the native image is built: a
 * config that has every member is validated here, so that what the validator makes lazily is in the
 * image heap and the first real validation finds everything made.
 */
final class Schemas {
  private static final String BASE = "https://proa.dev/schema/runtime-spec-1.3.0/";
  private static final String[] NAMES = {
    "config", "config-linux", "defs", "features", "process", "resources", "seccomp", "state"
  };

  static final Schema CONFIG;
  static final Schema PROCESS;
  static final Schema RESOURCES;
  static final Schema STATE;
  static final Schema FEATURES;

  /** The same as they are written, for {@link UnknownNames}. */
  private static final Map<String, JsonNode> DOCUMENTS = new HashMap<>();

  static {
    SchemaRegistry registry = registry();
    CONFIG = compile(registry, "config");
    PROCESS = compile(registry, "process");
    RESOURCES = compile(registry, "resources");
    STATE = compile(registry, "state");
    FEATURES = compile(registry, "features");
    JsonNode example = example();
    CONFIG.validate(example);
    PROCESS.validate(example.get("process"));
    RESOURCES.validate(example.get("linux").get("resources"));
    STATE.validate(example);
    FEATURES.validate(example);
    for (String name : NAMES) {
      DOCUMENTS.put(name, JsonTree.parse(name, bytes(name + ".json")));
    }
  }

  private Schemas() {}

  /** The schema's own text, parsed. */
  static JsonNode document(String name) {
    return DOCUMENTS.get(name);
  }

  private static SchemaRegistry registry() {
    Map<String, String> texts = new HashMap<>();
    for (String name : NAMES) {
      texts.put(BASE + name + ".json", text("schema/" + name + ".json"));
    }
    SchemaRegistryConfig config =
        SchemaRegistryConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .cacheRefs(true)
            .locale(Locale.ENGLISH)
            .build();
    return SchemaRegistry.withDefaultDialect(
        SpecificationVersion.DRAFT_2020_12,
        builder -> builder.schemas(texts).schemaRegistryConfig(config));
  }

  private static Schema compile(SchemaRegistry registry, String name) {
    Schema schema = registry.getSchema(SchemaLocation.of(BASE + name + ".json"));
    schema.initializeValidators();
    return schema;
  }

  /** A config that has every member. */
  static JsonNode example() {
    return JsonTree.parse("example.json", bytes("example.json"));
  }

  private static byte[] bytes(String file) {
    return text("schema/" + file).getBytes(StandardCharsets.UTF_8);
  }

  private static String text(String resource) {
    try (InputStream in = Schemas.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not beside " + Schemas.class.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(resource, e);
    }
  }
}
