// A service for runs to manage, that does as it is told:
//
//   e2e-tiny-server PORT [--say TEXT] [--exit CODE] [--tell FILE] [--after FILE] [--deaf] [--ignore-term]
//                        [--family FILE] [--status CODE]
//
// Answers 200 (or --status) to every request, but for /die, which it dies of by SIGSEGV, and /wait, which it
// never answers. In the order of the words above: says a line; exits; appends "PID PORT TMPDIR" to a file;
// waits until a file is there; never listens; ignores SIGTERM; has a child in its process group and one that
// left it, and tells their pids.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

int listen_on(int port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, SOMAXCONN) != 0) {
    ::perror("tiny-server");
    ::exit(1);
  }
  return listener;
}

void answer(int connection, int status) {
  char request[4096] = {};
  size_t size = 0;
  while (size + 1 < sizeof request && ::strstr(request, "\r\n\r\n") == nullptr) {
    const ssize_t n = ::read(connection, request + size, sizeof request - size - 1);
    if (n <= 0) break;
    size += static_cast<size_t>(n);
  }
  if (::strncmp(request, "GET /wait", 9) == 0) return;  // the connection stays open
  if (::strncmp(request, "GET /die", 8) == 0) {
    ::puts("about to die");
    ::fflush(stdout);
    ::raise(SIGSEGV);
  }
  char text[128];
  const int length = ::snprintf(text, sizeof text,
                                "HTTP/1.1 %d Word\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
  (void)!::write(connection, text, static_cast<size_t>(length));
  ::close(connection);
}

pid_t start_child(bool leaves_group) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (leaves_group) ::setsid();
    ::signal(SIGTERM, SIG_IGN);
    for (;;) ::pause();
  }
  return child;
}

void append(const char* file, const char* text) {
  const int fd = ::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  (void)!::write(fd, text, ::strlen(text));
  ::close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const int port = ::atoi(argv[1]);
  int status = 200;
  for (int i = 2; i < argc; ++i) {
    const auto is = [&](const char* option) { return ::strcmp(argv[i], option) == 0; };
    const char* const value = i + 1 < argc ? argv[i + 1] : "";
    char text[512];
    if (is("--deaf"))
      for (;;) ::pause();
    else if (is("--ignore-term"))
      ::signal(SIGTERM, SIG_IGN);
    else if (is("--say"))
      ::puts(value), ++i;
    else if (is("--exit"))
      ::exit(::atoi(value));
    else if (is("--status"))
      status = ::atoi(value), ++i;
    else if (is("--tell")) {
      const char* const folder = ::getenv("TMPDIR");
      ::snprintf(text, sizeof text, "%d %d %s\n", ::getpid(), port, folder != nullptr ? folder : "-");
      append(value, text);
      ++i;
    } else if (is("--after")) {
      while (::access(value, F_OK) != 0) ::poll(nullptr, 0, 2);
      ++i;
    } else if (is("--family")) {
      ::snprintf(text, sizeof text, "%d %d\n", start_child(false), start_child(true));
      append(value, text);
      ++i;
    }
    ::fflush(stdout);
  }
  const int listener = listen_on(port);
  for (;;) {
    const int connection = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) answer(connection, status);
  }
}
