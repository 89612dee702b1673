// To be preloaded: answers look-ups of service.test with the loopback, and adds a line for each to the file
// $COUNTING_RESOLVER.
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto next = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node == nullptr || ::strcmp(node, "service.test") != 0) return next(node, service, hints, result);
  if (const char* file = ::getenv("COUNTING_RESOLVER")) {
    const int fd = ::open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    (void)!::write(fd, "service.test\n", 13);
    ::close(fd);
  }
  return next("127.0.0.1", service, hints, result);
}
