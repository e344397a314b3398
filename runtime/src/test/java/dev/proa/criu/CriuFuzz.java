package dev.proa.criu;

/** Fuzz targets of what this package reads. */
public final class CriuFuzz {
  private CriuFuzz() {}

  /** Messages of a criu that is another program than it should be. */
  public static void wire(byte[] input) {
    try {
      Wire.Reader reader = new Wire.Reader(input);
      for (int field = 1; field < 8; field++) {
        reader.number(field);
        reader.text(field);
        reader.message(field).message(field);
      }
    } catch (CriuException e) {
      return;
    }
  }
}
