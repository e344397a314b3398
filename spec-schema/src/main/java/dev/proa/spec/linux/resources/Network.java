package dev.proa.spec.linux.resources;

import dev.proa.spec.Json;
import java.util.List;

/**
 * Traffic marks of cgroup v1: config-linux.md, Network.
 *
 * @param classID for net_cls.classid
 * @param priorities for net_prio.ifpriomap
 */
public record Network(Long classID, List<InterfacePriority> priorities) {

  /** Reads the object. */
  public static Network read(Json json) {
    return new Network(
        json.uint32OrNull("classID"), json.list("priorities", InterfacePriority::read));
  }

  /**
   * Priority of one interface: config-linux.md, Network.
   *
   * @param name interface
   * @param priority priority
   */
  public record InterfacePriority(String name, long priority) {

    /** Reads the object. */
    public static InterfacePriority read(Json json) {
      return new InterfacePriority(json.text("name"), json.requiredUint32("priority"));
    }
  }
}
