package dev.proa.timeline;

import dev.proa.spec.JsonWriter;
import java.util.List;

/**
 * Spans of OpenTelemetry: opentelemetry-proto's TracesData in its JSON form, which a collector's
 * OTLP file receiver and its HTTP endpoint {@code /v1/traces} take.
 */
final class OtlpSpans {
  private static final int INTERNAL = 1;

  private final JsonWriter json = JsonWriter.compact();
  private final Traceparent trace;
  private final long offset;
  private int count;

  private OtlpSpans(Traceparent trace, long offset) {
    this.trace = trace;
    this.offset = offset;
  }

  /**
   * The document.
   *
   * @param offset what makes the times nanoseconds since 1970
   */
  static byte[] of(
      List<Lane> lanes, String command, Traceparent trace, long offset, long begin, long end) {
    OtlpSpans spans = new OtlpSpans(trace, offset);
    JsonWriter json = spans.json;
    json.beginObject().beginArray("resourceSpans").beginObject();
    json.beginObject("resource").beginArray("attributes");
    spans.attribute("service.name", "proa");
    json.endArray().endObject().beginArray("scopeSpans").beginObject();
    json.beginObject("scope").field("name", "dev.proa").endObject().beginArray("spans");
    spans.span("proa " + command, trace.span(), trace.parent(), begin, end);
    json.endObject();
    for (Lane lane : lanes) {
      spans.write(lane);
    }
    json.endArray().endObject().endArray().endObject().endArray().endObject();
    return json.toBytes();
  }

  private void write(Lane lane) {
    for (Lane.Phase phase : lane.phases()) {
      String id = trace.child(count++);
      span(phase.name(), id, trace.span(), phase.start(), phase.end());
      json.beginArray("attributes");
      number("process.pid", lane.pid());
      attribute("proa.process", lane.name());
      json.endArray().endObject();
      for (Lane.Span call : phase.calls()) {
        span(call.name(), trace.child(count++), id, call.start(), call.end());
        json.beginArray("attributes");
        number("process.pid", lane.pid());
        if (!call.text().isEmpty()) {
          attribute("proa.call", call.text());
        }
        if (call.result() != null) {
          number("proa.result", call.result());
        }
        json.endArray().endObject();
      }
    }
  }

  private void span(String name, String id, String parent, long start, long end) {
    json.beginObject().field("traceId", trace.trace()).field("spanId", id);
    json.fieldIfPresent("parentSpanId", parent).field("name", name).field("kind", INTERNAL);
    // 64-bit numbers are strings in protobuf's JSON.
    json.field("startTimeUnixNano", Long.toString(start + offset));
    json.field("endTimeUnixNano", Long.toString(end + offset));
  }

  private void attribute(String key, String value) {
    json.beginObject().field("key", key);
    json.beginObject("value").field("stringValue", value).endObject().endObject();
  }

  private void number(String key, long value) {
    json.beginObject().field("key", key);
    json.beginObject("value").field("intValue", Long.toString(value)).endObject().endObject();
  }
}
