// Which tests share a connection, and which a page's headers.
#include <fcntl.h>
#include <poll.h>

#include <atomic>
#include <e2e_catch.hpp>
#include <thread>

#include "loopback_listener.hpp"
#include "scope_trace.hpp"

using namespace e2e_test;

namespace {

/// Answers every request with 200 and counts.
class CountingServer {
 public:
  /// `closes`: the connection after each answer.
  explicit CountingServer(bool closes = false) : closes_(closes) {
    if (::pipe2(stop_, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    thread_ = std::thread([this] { serve(); });
  }
  ~CountingServer() {
    ::close(stop_[1]);
    thread_.join();
    ::close(stop_[0]);
  }

  [[nodiscard]] std::string url() const { return listener_.url(); }

  std::atomic<int> connections = 0, requests = 0;
  std::atomic<int> requests_with_header = 0;  ///< with what an earlier test had left on its page

 private:
  struct Connection {
    int fd;
    std::string received;
  };

  void serve() {
    std::vector<Connection> open;
    while (true) {
      std::vector<pollfd> watched = {{stop_[0], POLLIN, 0}, {listener_.socket(), POLLIN, 0}};
      for (const auto& connection : open) watched.push_back({connection.fd, POLLIN, 0});
      ::poll(watched.data(), watched.size(), -1);
      if (watched[0].revents != 0) break;
      for (size_t i = open.size(); i-- > 0;)
        if (watched[i + 2].revents != 0 && !answer(open[i])) {
          ::close(open[i].fd);
          open.erase(open.begin() + static_cast<std::ptrdiff_t>(i));
        }
      if (watched[1].revents == 0) continue;
      open.push_back({::accept4(listener_.socket(), nullptr, nullptr, SOCK_CLOEXEC), {}});
      ++connections;
    }
    for (const auto& connection : open) ::close(connection.fd);
  }

  bool answer(Connection& connection) {
    char bytes[4096];
    const ssize_t n = ::recv(connection.fd, bytes, sizeof bytes, 0);
    if (n <= 0) return false;
    connection.received.append(bytes, static_cast<size_t>(n));
    size_t end = 0;
    while ((end = connection.received.find("\r\n\r\n")) != std::string::npos) {
      ++requests;
      if (connection.received.substr(0, end).find("x-left-behind: yes") != std::string::npos)
        ++requests_with_header;
      connection.received.erase(0, end + 4);
      const std::string response = std::string("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n") +
                                   (closes_ ? "connection: close\r\n\r\n" : "\r\n");
      ::send(connection.fd, response.data(), response.size(), MSG_NOSIGNAL);
      if (closes_) return false;
    }
    return true;
  }

  const bool closes_;
  LoopbackListener listener_;
  int stop_[2] = {-1, -1};
  std::thread thread_;
};

void check(const Cell& cell, int connections, int requests_with_header) {
  INFO(cell.isolation << " " << cell.mode);
  CountingServer server;
  const ScopesProject project(server.url());
  const ScopesRun run = project.run(cell, "1", {"-m", "05_requests"});
  CHECK(run.host.exit_code == 0);
  CHECK(server.requests == 3);
  CHECK(server.connections == connections);
  CHECK(server.requests_with_header == requests_with_header);
}

}  // namespace

TEST_CASE("ConnectionsStayWarmAsLongAsTheirWorkerLives") {
  check({"process", "test"}, 3, 0);
  check({"service", "test"}, 1, 0);
  check({"none", "test"}, 1, 0);
}

TEST_CASE("ConnectionsStayWarmFromUnitToUnitWhereUnitsShareAWorker") {
  // Two plugins with a service each, both at this server: 3 and 8 tests, one at a time.
  const std::pair<Cell, int> expected[] = {{{"process", "service"}, 2}, {{"process", "test"}, 11},
                                           {{"service", "service"}, 1}, {{"service", "test"}, 1},
                                           {{"none", "service"}, 1},    {{"none", "test"}, 1}};
  for (const auto& [cell, connections] : expected) {
    INFO(cell.isolation << " " << cell.mode);
    CountingServer server;
    const Project project("services:\n  scopes: {base_url: \"" + server.url() +
                          "\"}\n  rates: {base_url: \"" + server.url() + "\"}\n");
    const HostRun run = run_host(
        project,
        {"run", "--plugins", test_plugin("scopes.so"), "--plugins", test_plugin("rates.so"), "-j", "1",
         "--isolation", cell.isolation, "--parallel-mode", cell.mode, "05_requests", "01_senders"},
        {{"RATES_REQUESTS", "1"}});
    CHECK(run.exit_code == 0);
    CHECK(server.requests == 3 + 8);
    CHECK(server.connections == connections);
  }
}

#ifdef E2E_COUNTING_RESOLVER
TEST_CASE("AnswersOfDnsAreKeptAsLongAsTheirWorkerLives") {
  for (const char* isolation : {"process", "service", "none"})
    for (const char* mode : {"service", "test"}) {
      INFO(isolation << " " << mode);
      CountingServer server(/*closes=*/true);
      const std::string port = server.url().substr(server.url().rfind(':'));
      const Project project("services:\n  scopes: {base_url: \"http://service.test" + port + "\"}\n");
      const HostRun run = run_host(
          project,
          {"run", "--plugins", test_plugin("scopes.so"), "-j", "1", "--isolation", isolation,
           "--parallel-mode", mode, "05_requests"},
          {{"LD_PRELOAD", E2E_COUNTING_RESOLVER}, {"COUNTING_RESOLVER", project.folder() / "look-ups"}});
      INFO(run.out << run.err);
      CHECK(run.exit_code == 0);
      CHECK(server.connections == 3);
      const bool is_cold = std::string(isolation) == "process" && std::string(mode) == "test";
      const std::string one = "service.test\n";
      CHECK(project.read("look-ups") == (is_cold ? one + one + one : one));
    }
}
#endif

TEST_CASE("HeadersOfAPageAreSharedByTheTestsOfAUnit") {
  check({"process", "service"}, 1, 2);
  check({"service", "service"}, 1, 2);
  check({"none", "service"}, 1, 2);
}
