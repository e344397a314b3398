# Holds what CRIU dumps on request only: the parts that the arguments name. Then it counts into /tmp/n: a number, and
# what the parts tell at that moment.
import fcntl, os, socket, sys, time

parts = sys.argv[1:]
os.chdir("/tmp")
if "lock" in parts:
    lock = open("lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
if "removed" in parts:  # one of a file's two names
    with open("removed", "w") as file:
        file.write("kept")
    os.link("removed", "other")
    removed = open("removed")
    os.unlink("removed")
if "outside" in parts:  # a datagram socket, whose peer the host has in the folder that the last argument names
    outside = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    outside.connect(parts[-1] + "/socket")
if "connection" in parts or "backlog" in parts:
    server = socket.socket()
    server.bind(("127.0.0.1", 7000))
    server.listen()
    client = socket.socket()
    client.connect(("127.0.0.1", 7000))
    if "backlog" in parts:  # never accepted, and one end of it closed
        client.close()
    else:
        peer = server.accept()[0]
        server.close()
n = 0
while True:
    n += 1
    told = [str(n)]
    if "removed" in parts:
        removed.seek(0)
        told.append(removed.read())
    if "connection" in parts:
        try:
            client.send(b"through")
            told.append(peer.recv(99).decode())
        except OSError as e:
            told.append("closed")
    if "outside" in parts:
        outside.send(b"%d\n" % n)
    with open("n.new", "w") as file:
        file.write(" ".join(told) + "\n")
    os.rename("n.new", "n")
    time.sleep(0.05)
