// Data files, and what tests have for themselves.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <e2e/data.hpp>
#include <e2e/e2e.hpp>

#include <cstdlib>
#include <set>
#include <string>

namespace {

bool can_listen(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool can = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return can;
}

/// Fails where another test of this resource runs meanwhile: one file, locked by each.
void use_alone(e2e::Page& page) {
  const std::string file = std::string(std::getenv("E2E_TEST_SHARED_FOLDER")) + "/lock";
  std::FILE* const lock = std::fopen(file.c_str(), "a");
  E2E_REQUIRE(lock != nullptr);
  page.on_cleanup([lock] { std::fclose(lock); });
  E2E_REQUIRE(::flock(::fileno(lock), LOCK_EX | LOCK_NB) == 0);
  page.get("/job");
}

}  // namespace

E2E_TEST(reads_yaml, e2e::Page&) {
  const auto cards = e2e::read_yaml(e2e::data_path("cards.yaml"));
  E2E_CHECK(cards[0]["number"] == "4242424242424242");
  E2E_CHECK(cards[1]["limit"] == 250);
  E2E_CHECK(e2e::parse_yaml("a: [1, true, ~]") == e2e::object({{"a", e2e::array({1, true, nullptr})}}));
}

E2E_TEST(reads_broken_yaml, e2e::Page&) { e2e::parse_yaml("a: 1\na: 2\n"); }

E2E_TEST(leases_ports, e2e::Page& page) {
  std::set<int> ports;
  for (int i = 0; i < 10; ++i) {
    const int port = page.lease_port();
    E2E_CHECK(can_listen(port));
    ports.insert(port);
  }
  E2E_CHECK(ports.size() == 10u);
}

E2E_TEST(first_alone, e2e::Page& page, e2e::resource("the-lock")) { use_alone(page); }
E2E_TEST(second_alone, e2e::Page& page, e2e::resource("the-lock")) { use_alone(page); }
E2E_TEST(third_alone, e2e::Page& page, e2e::resource("the-lock", "another")) { use_alone(page); }
E2E_TEST(dies_with_it, e2e::Page&, e2e::resource("the-lock"), e2e::priority::critical) { std::abort(); }
