package dev.proa.spec;

import java.util.List;

/**
 * Who the process runs as: config.md, POSIX-platform User.
 *
 * @param uid user id inside the container
 * @param gid group id inside the container
 * @param umask file mode creation mask; absent keeps the inherited one
 * @param additionalGids supplementary groups
 * @param username for Windows; kept, never looked up
 */
public record User(long uid, long gid, Long umask, List<Long> additionalGids, String username) {

  /** Reads the object. */
  public static User read(Json json) {
    return new User(
        json.uint32("uid", 0),
        json.uint32("gid", 0),
        json.uint32OrNull("umask"),
        json.values("additionalGids", Json::asUint32),
        json.textOrNull("username"));
  }
}
