#include "launcher/keeper_wire.hpp"

#include <e2e_catch.hpp>

#include "launcher/ready_probe.hpp"
#include "launcher/service_process.hpp"

using namespace e2e::host;

TEST_CASE("ServiceStartArrivesAsItWasSent") {
  ServiceStart sent;
  sent.instance = 3;
  sent.service = "users";
  sent.slot = 2;
  sent.command = {"a", "", "c d"};
  sent.variables = {{"A", "1"}, {"B", std::nullopt}, {"C", ""}};
  sent.folder = "/f";
  sent.base_url = "http://h";
  sent.ready_path = "/r";
  sent.log = "/l";
  sent.ready_timeout_ms = 1;
  sent.stop_timeout_ms = 2;
  sent.stop_signal = 15;
  sent.reuse = true;
  ByteWriter out;
  encode(out, sent);
  ByteReader in(out.bytes());
  const ServiceStart got = decode_service_start(in);
  CHECK(in.is_at_end());
  CHECK(got.instance == 3);
  CHECK(got.service == "users");
  CHECK(got.slot == 2);
  CHECK(got.command == sent.command);
  CHECK(got.variables == sent.variables);
  CHECK(got.folder == "/f");
  CHECK(got.base_url == "http://h");
  CHECK(got.ready_path == "/r");
  CHECK(got.log == "/l");
  CHECK(got.ready_timeout_ms == 1);
  CHECK(got.stop_timeout_ms == 2);
  CHECK(got.stop_signal == 15);
  CHECK(got.reuse);
  ByteReader cut(std::string_view(out.bytes()).substr(0, out.bytes().size() - 1));
  CHECK_THROWS_AS(decode_service_start(cut), BadBytes);
}

TEST_CASE("ReportsOfServicesArriveAsTheyWereSent") {
  ByteWriter out;
  encode(out, ServiceReady{1, 2, 3, "u", "c", "l", 4});
  encode(out, ServiceFailure{5, "w", "c", "l", "last", 6});
  encode(out, ServiceExit{7, 8, true, 9, 10, "last"});
  ByteReader in(out.bytes());
  const ServiceReady ready = decode_service_ready(in);
  const ServiceFailure failure = decode_service_failure(in);
  const ServiceExit exit = decode_service_exit(in);
  CHECK(in.is_at_end());
  CHECK((ready.instance == 1 && ready.pid == 2 && ready.port == 3 && ready.base_url == "u"));
  CHECK((ready.command == "c" && ready.log == "l" && ready.duration_ns == 4));
  CHECK((failure.instance == 5 && failure.why == "w" && failure.command == "c" && failure.log == "l"));
  CHECK((failure.last_lines == "last" && failure.duration_ns == 6));
  CHECK((exit.instance == 7 && exit.wait_status == 8 && exit.was_asked && exit.end_ns == 9));
  CHECK((exit.after_ns == 10 && exit.last_lines == "last"));
}

TEST_CASE("AddressIsThatOfTheUrl") {
  const auto check = [](const char* url, const char* host, int port, const char* path) {
    INFO(url);
    const ServiceAddress address = ServiceAddress::of(url);
    CHECK(address.host == host);
    CHECK(address.port == port);
    CHECK(address.path == path);
  };
  check("http://127.0.0.1:8080", "127.0.0.1", 8080, "");
  check("http://localhost/api/", "localhost", 80, "/api");
  check("https://user:pass@host/", "host", 443, "");
  check("http://[::1]:81/a/b", "::1", 81, "/a/b");
  check("http://[::1]", "::1", 80, "");
}

TEST_CASE("CommandLineCanBeRepeatedInAShell") {
  CHECK(command_line({"a", "--b=c", "d e", "", "it's"}) == "a --b=c 'd e' '' 'it'\\''s'");
  CHECK(command_line({"/bin/sh", "-c", "a | b"}) == "a | b");
}
