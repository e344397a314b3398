package com.oracle.svm.core.genscavenge;

import com.oracle.svm.core.hub.DynamicHub;
import com.oracle.svm.core.image.ImageHeapObject;
import com.oracle.svm.hosted.image.NativeImageHeap;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;

/**
 * Puts the objects of the image heap that a start touches side by side at the beginning of each of
 * the heap's parts: hot-objects.txt, made by hack/hot. {@code Changes} makes the builder call it.
 *
 * <p>An object is known by its class and its value: a text, a number, or a hash of what it and what
 * it refers to hold, and of the same of what the builder found it in. After a change of the sources
 * some are not found or taken for others, which costs page faults and nothing else.
 */
public final class HotObjects {
  private static final int LONGEST_VALUE = 60;
  private static final int MOST_ELEMENTS = 256;
  private static final int DEPTH = 4;
  private static final Map<Class<?>, List<Field>> FIELDS = new HashMap<>();

  private HotObjects() {}

  /** The builder's objects by size, of which it takes the largest that fits; the hot ones before. */
  public static NavigableMap<Long, Queue<ImageHeapObject>> first(
      NavigableMap<Long, Queue<ImageHeapObject>> sorted, List<ImageHeapObject> objects)
      throws IOException, ReflectiveOperationException {
    String file = System.getProperty("proa.hotObjects");
    if (file == null) {
      return sorted;
    }
    Map<String, Integer> ranks = new HashMap<>();
    for (String key : Files.readAllLines(Path.of(file))) {
      ranks.putIfAbsent(key, ranks.size());
    }
    List<ImageHeapObject> hot = new ArrayList<>();
    Map<ImageHeapObject, Integer> rankOf = new HashMap<>();
    List<String> keys = keys(objects);
    for (int i = 0; i < objects.size(); i++) {
      Integer rank = ranks.get(keys.get(i));
      if (rank != null) {
        hot.add(objects.get(i));
        rankOf.put(objects.get(i), rank);
      }
    }
    System.out.println("hot objects: " + hot.size() + " of " + objects.size());
    hot.sort(Comparator.comparing(rankOf::get));
    HotFirst first = new HotFirst(hot);
    for (ImageHeapObject object : objects) {
      if (!rankOf.containsKey(object)) {
        first.computeIfAbsent(object.getSize(), size -> new ArrayDeque<>()).add(object);
      }
    }
    return first;
  }

  /** Writes each object's place in the heap, size and key, for hack/hot. */
  public static void write(ChunkedImageHeapLayouter layouter)
      throws IOException, ReflectiveOperationException {
    String file = System.getProperty("proa.heapObjects");
    if (file == null) {
      return;
    }
    Field field = ChunkedImageHeapPartition.class.getDeclaredField("objects");
    field.setAccessible(true);
    try (PrintWriter out = new PrintWriter(file)) {
      for (ChunkedImageHeapPartition partition : layouter.getPartitions()) {
        @SuppressWarnings("unchecked")
        List<ImageHeapObject> objects = (List<ImageHeapObject>) field.get(partition);
        List<String> keys = keys(objects);
        for (int i = 0; i < objects.size(); i++) {
          ImageHeapObject object = objects.get(i);
          out.println(object.getOffset() + "\t" + object.getSize() + "\t" + keys.get(i));
        }
      }
    }
  }

  private static List<String> keys(List<ImageHeapObject> objects)
      throws ReflectiveOperationException {
    Map<String, Integer> counts = new HashMap<>();
    List<String> keys = new ArrayList<>(objects.size());
    for (ImageHeapObject object : objects) {
      String value = value(object.getObject());
      if (value == null) {
        int hash = 31 * hash(object.getObject(), DEPTH) + hash(foundIn(object), DEPTH - 1);
        value = Integer.toHexString(hash);
      }
      String key = object.getObjectClass().getName() + " " + value;
      int count = counts.merge(key, 1, Integer::sum);
      keys.add(count == 1 ? key : key + " " + count);
    }
    return keys;
  }

  /** What refers to it, as the builder found it, or null. */
  private static Object foundIn(ImageHeapObject object) throws ReflectiveOperationException {
    Field reason = NativeImageHeap.ObjectInfo.class.getDeclaredField("reason");
    reason.setAccessible(true);
    return reason.get(object) instanceof ImageHeapObject parent ? parent.getObject() : null;
  }

  /** A value that is the same in each build, or null. */
  private static String value(Object object) {
    String value =
        switch (object) {
          case String text -> text;
          case Class<?> type -> type.getName();
          case DynamicHub hub -> hub.getName();
          case Enum<?> constant -> constant.name();
          case Number number -> number.toString();
          case null, default -> null;
        };
    if (value == null) {
      return null;
    }
    value = value.replaceAll("[^!-~]", "_");
    return value.length() <= LONGEST_VALUE
        ? value
        : value.substring(0, LONGEST_VALUE) + Integer.toHexString(value.hashCode());
  }

  /** Of the object's fields or elements, and theirs, to that depth. */
  private static int hash(Object object, int depth) {
    if (object == null) {
      return 0;
    }
    String value = value(object);
    if (value != null) {
      return value.hashCode();
    }
    Class<?> type = object.getClass();
    int hash = type.getName().hashCode();
    if (type.isArray()) {
      int length = Array.getLength(object);
      hash = 31 * hash + length;
      for (int i = 0; depth > 0 && i < length && i < MOST_ELEMENTS; i++) {
        hash = 31 * hash + hash(Array.get(object, i), depth - 1);
      }
      return hash;
    }
    for (; depth > 0 && type != null; type = type.getSuperclass()) {
      for (Field field : FIELDS.computeIfAbsent(type, HotObjects::fields)) {
        try {
          hash = 31 * hash + hash(field.get(object), depth - 1);
        } catch (IllegalAccessException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return hash;
  }

  /** The instance's fields that can be read here. */
  private static List<Field> fields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) && field.trySetAccessible()) {
        fields.add(field);
      }
    }
    fields.sort(Comparator.comparing(Field::getName));
    return fields;
  }

  /** What the builder asks of its map, with a queue that comes before all that is in it. */
  private static final class HotFirst extends TreeMap<Long, Queue<ImageHeapObject>> {
    private static final long serialVersionUID = 1;

    private final transient Queue<ImageHeapObject> hot;
    private transient boolean tookHot;

    HotFirst(List<ImageHeapObject> hot) {
      this.hot = new ArrayDeque<>(hot);
    }

    @Override
    public boolean isEmpty() {
      return hot.isEmpty() && super.isEmpty();
    }

    @Override
    public Long floorKey(Long most) {
      if (hot.isEmpty()) {
        return super.floorKey(most);
      }
      long size = hot.peek().getSize();
      return size <= most ? size : null;
    }

    @Override
    public Queue<ImageHeapObject> get(Object size) {
      tookHot = !hot.isEmpty();
      return tookHot ? hot : super.get(size);
    }

    /** The queue that was taken from last is empty. */
    @Override
    public Queue<ImageHeapObject> remove(Object size) {
      return tookHot ? hot : super.remove(size);
    }
  }
}
