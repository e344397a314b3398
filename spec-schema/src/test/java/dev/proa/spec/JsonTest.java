package dev.proa.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.spec.linux.Namespace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  private static JsonDocument parse(String text) {
    return JsonDocument.parse("config.json", text.getBytes(StandardCharsets.UTF_8));
  }

  private static String refusal(Runnable reading) {
    return assertThrows(InvalidSpecException.class, reading::run).getMessage();
  }

  @Test
  void readsEveryKindOfMember() {
    Json json =
        parse(
                """
                {"s":"x","b":true,"i":-7,"l":-9223372036854775808,"u":18446744073709551615,
                 "w":4294967295,"t":["a","b"],"m":{"k":"v"},"n":null,"o":{"path":"/r"}}
                """)
            .root();
    assertEquals("x", json.text("s"));
    assertNull(json.textOrNull("n"));
    assertNull(json.textOrNull("absent"));
    assertEquals("d", json.text("absent", "d"));
    assertEquals(true, json.bool("b", false));
    assertEquals(-7, json.intOrNull("i"));
    assertEquals(Long.MIN_VALUE, json.longOrNull("l"));
    assertEquals(-1L, json.uint64OrNull("u"));
    assertEquals(0xffff_ffffL, json.uint32OrNull("w"));
    assertEquals(-1, json.uint32BitsOrNull("w"));
    assertEquals(List.of("a", "b"), json.texts("t"));
    assertEquals("v", json.textMap("m").get("k"));
    assertEquals(new Root("/r", false), json.objectOrNull("o", Root::read));
    assertEquals(List.of(), json.texts("absent"));
    assertEquals(List.of("s", "b", "i", "l", "u", "w", "t", "m", "n", "o"), json.names());
  }

  @Test
  void saysWhereAndWhat() {
    Json json =
        parse(
                """
                {
                  "é": {"a/b~c": [true, {"type": "pidd"}]},
                  "big": 4294967296,
                  "half": 1.5
                }
                """)
            .root();
    Json inner = json.child("é").child("a/b~c").elements().get(1);
    assertEquals("/é/a~1b~0c/1", inner.pointer());
    assertEquals("[\"é\"][\"a/b~c\"][1]", inner.path());
    assertEquals(
        "config.json:2:34: [\"é\"][\"a/b~c\"][1].type: \"pidd\" is not one of \"pid\", \"network\","
            + " \"mount\", \"ipc\", \"uts\", \"user\", \"cgroup\", \"time\"; did you mean \"pid\"?",
        refusal(() -> Namespace.read(inner)));
    assertEquals(
        "config.json:3:10: big: 4294967296 is not from 0 to 4294967295",
        refusal(() -> json.uint32OrNull("big")));
    assertEquals(
        "config.json:4:11: half: must be an integer, not 1.5",
        refusal(() -> json.intOrNull("half")));
    assertEquals(
        "config.json:2:8: [\"é\"]: must be a string, not an object", refusal(() -> json.text("é")));
    assertEquals(
        "config.json:2:8: [\"é\"].path: required but missing",
        refusal(() -> json.child("é").text("path")));
    assertEquals(
        "config.json:1:1: ociVersion: required but missing", refusal(() -> Spec.read(json)));
  }

  @Test
  void readsListsAndMaps() {
    Json json =
        parse(
                """
                {"roots": [{"path": "a"}, {"path": "b", "readonly": true}],
                 "byName": {"x": {"path": "c"}}, "numbers": [1, 4294967295],
                 "bad": [{"path": "a"}, 7], "worse": {"y": null, "z": 1}}
                """)
            .root();
    assertEquals(
        List.of(new Root("a", false), new Root("b", true)), json.list("roots", Root::read));
    assertEquals(Map.of("x", new Root("c", false)), json.map("byName", Root::read));
    assertEquals(List.of(1L, 4294967295L), json.values("numbers", Json::asUint32));
    assertEquals(List.of(), json.list("absent", Root::read));
    assertEquals(Map.of(), json.map("absent", Root::read));
    assertEquals(
        "config.json:3:25: bad[1]: must be an object, not a number",
        refusal(() -> json.list("bad", Root::read)));
    assertEquals(
        "config.json:3:44: worse.y: must be a string, not null",
        refusal(() -> json.textMap("worse")));
    assertEquals(
        "config.json:1:11: roots: must be an object, not an array",
        refusal(() -> json.map("roots", Root::read)));
    assertEquals(
        "config.json:2:12: byName: must be an array, not an object",
        refusal(() -> json.texts("byName")));
    assertThrows(UnsupportedOperationException.class, () -> json.values("numbers", x -> x).clear());
  }

  @Test
  void findsPlaces() {
    JsonDocument document = parse("{\n  \"a\": [1, {\"b\": 2}]\n}");
    assertEquals(new JsonDocument.Position(2, 18), document.locate("/a/1/b"));
    assertEquals(new JsonDocument.Position(2, 12), document.locate("/a/1/missing/deeper"));
    assertEquals(new JsonDocument.Position(2, 8), document.locate("/a/7"));
    assertEquals(new JsonDocument.Position(1, 1), document.locate(""));
    assertEquals("2", document.at("/a/1/b").toString());
    assertNull(document.at("/a/7"));
    assertEquals(
        "config.json:2:9: a[0]: no such user",
        document.invalid("/a/0", "no such user").getMessage());
  }

  @Test
  void refusesWhatIsNoJson() {
    assertEquals(
        "config.json:2:1: the name \"a\" comes twice in one object",
        refusal(() -> parse("{\"a\": 1,\n\"a\": 2}")));
    assertEquals(
        "config.json:1:4: data after the end of the document", refusal(() -> parse("{} []")));
    assertEquals(
        "config.json:1:1: malformed JSON: the document is empty", refusal(() -> parse("")));
    assertEquals(
        "config.json:1:2: malformed JSON: unexpected close marker ']': expected '}'",
        refusal(() -> parse("{]")));
    assertEquals(
        "config.json:1:129: nested more than 128 levels deep",
        refusal(() -> parse("[".repeat(200))));
    assertEquals(
        "config.json:1:2: number of more than 64 characters",
        refusal(() -> parse("[" + "9".repeat(65) + "]")));
    assertEquals("config.json:1:1: malformed JSON: not UTF-8 text", refusal(() -> parse("\0{\0}")));
  }

  @Test
  void writesGoLayout() {
    JsonWriter writer = JsonWriter.pretty();
    writer.beginObject().field("a", 1).texts("e", List.of()).texts("t", List.of("<x>", "é\n"));
    writer.beginObject("o").endObject().field("n", (String) null).field("b", true).endObject();
    assertEquals(
        """
        {
          "a": 1,
          "e": [],
          "t": [
            "\\u003cx\\u003e",
            "é\\n"
          ],
          "o": {},
          "n": null,
          "b": true
        }""",
        writer.toString());
    Json json = parse("{\"a\": [1, 18446744073709551615, {\"b\": null}], \"c\": {}}").root();
    assertEquals("{\"a\":[1,18446744073709551615,{\"b\":null}],\"c\":{}}", json.toString());
    assertEquals("-1,18446744073709551615", JsonWriter.compact().value(-1).unsigned(-1).toString());
  }

  @Test
  void tooManyValuesAreRefusedWithTheirPlace() {
    byte[] text = ("[" + "1,".repeat(300_000) + "1]").getBytes(StandardCharsets.UTF_8);

    InvalidSpecException e =
        assertThrows(InvalidSpecException.class, () -> JsonDocument.parse("big.json", text));

    assertEquals(1, e.violations().size());
    assertTrue(e.getMessage().contains("more than 300000 values"), e.getMessage());
  }

  @Test
  void largeHonestDocumentsAreRead() {
    String mount = "{\"destination\":\"/a\",\"source\":\"b\",\"options\":[\"ro\",\"rbind\"]},";
    byte[] text = ("[" + mount.repeat(20_000) + "1]").getBytes(StandardCharsets.UTF_8);

    assertEquals("", JsonDocument.parse("big.json", text).root().pointer());
  }
}
