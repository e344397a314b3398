package com.oracle.svm.hosted.image;

import com.oracle.svm.hosted.meta.HostedMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.graal.compiler.code.CompilationResult;
import org.graalvm.collections.Pair;

/**
 * Puts the methods that a start enters side by side at the beginning of the code, in the order in
 * which it enters them: hot-methods.txt, made by hack/hot-methods. The pages that a start touches are
 * then few and full. {@code Changes} makes the builder call it.
 */
public final class HotMethods {
  private HotMethods() {}

  /** The same methods in the better order. */
  public static List<Pair<HostedMethod, CompilationResult>> first(
      List<Pair<HostedMethod, CompilationResult>> methods) throws IOException {
    String file = System.getProperty("proa.hotMethods");
    if (file == null) {
      return methods;
    }
    Map<String, Integer> ranks = new HashMap<>();
    for (String name : Files.readAllLines(Path.of(file))) {
      ranks.putIfAbsent(name, ranks.size());
    }
    List<Pair<HostedMethod, CompilationResult>> ordered = new ArrayList<>(methods);
    ordered.sort(
        Comparator.comparingInt(
            method ->
                ranks.getOrDefault(method.getLeft().getUniqueShortName(), Integer.MAX_VALUE)));
    long found =
        methods.stream().filter(m -> ranks.containsKey(m.getLeft().getUniqueShortName())).count();
    System.out.println("hot methods: " + found + " of " + ranks.size());
    return ordered;
  }
}
