// demo-backend as a program: its ports, signals and exit codes.

#include <signal.h>

#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backend_program.hpp"
#include "running_backend.hpp"
#include "temporary_folder.hpp"

using demo::test::port_in;
using Program = demo::test::BackendProgram;

namespace {

const std::vector<std::string> any_ports = {"--auth-port",   "0", "--users-port",    "0",
                                            "--orders-port", "0", "--payments-port", "0"};

std::vector<std::string> with(std::vector<std::string> arguments, const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace

TEST_CASE("ProgramSaysWhereEachServiceIsAndEndsWith0OnSignals") {
  for (const int signal : {SIGTERM, SIGINT}) {
    Program program(any_ports);
    for (const char* service : {"auth", "users", "orders", "payments"}) {
      const std::string line = program.read_line();
      CAPTURE(line);
      REQUIRE(line.find(std::string(service) + " ") == 0);
      REQUIRE(line.find(" http://127.0.0.1:") != std::string::npos);
      CHECK(demo::test::ServiceClient(port_in(line)).get("/health").status == 200);
    }
    CHECK(program.has_left_files());
    program.signal(signal);
    CHECK(program.wait() == 0);
    CHECK(program.read_line().empty());
    CHECK_FALSE(program.has_left_files());
  }
}

TEST_CASE("PortsFileIsThereWhileTheProgramServes") {
  const demo::TemporaryFolder folder;
  const auto path = folder.path() / "ports.json";
  Program program(with(any_ports, {"--ports-file", path}));
  const int port = port_in(program.read_line());
  nlohmann::json ports;
  std::ifstream(path) >> ports;
  CHECK(ports.size() == 4);
  CHECK(ports["auth"] == port);
  CHECK(demo::test::ServiceClient(ports["payments"]).get("/payments").status == 200);
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("PortsFileThatCannotBeWrittenIsAnError") {
  const demo::TemporaryFolder folder;
  const std::string path = folder.path() / "no" / "folder.json";
  Program program(with(any_ports, {"--ports-file", path}));
  CHECK(program.read_line() == "demo-backend: error: cannot write " + path + ": No such file or directory");
  CHECK(program.wait() == 1);
  CHECK_FALSE(program.has_left_files());
}

TEST_CASE("TakenPortIsAOneLineErrorAndExit1") {
  const demo::test::RunningBackend other;
  const std::string taken = std::to_string(other.port("users"));
  Program program({"--only", "auth,users", "--auth-port", "0", "--users-port", taken});
  CHECK(program.read_line() ==
        "demo-backend: error: cannot listen on 127.0.0.1:" + taken + ": Address already in use");
  CHECK(program.read_line().empty());
  CHECK(program.wait() == 1);
  CHECK_FALSE(program.has_left_files());
}

TEST_CASE("OnlyServesWhatItNames") {
  Program program({"--only", "orders", "--only", "users", "--users-port", "0", "--orders-port", "0"});
  CHECK(program.read_line().find("users ") == 0);
  CHECK(program.read_line().find("orders ") == 0);
  program.signal(SIGTERM);
  CHECK(program.read_line().empty());
  CHECK(program.wait() == 0);
}

TEST_CASE("GivenDatabaseIsKept") {
  const demo::TemporaryFolder folder;
  const std::vector<std::string> arguments = {"--only", "users", "--users-port",
                                              "0",      "--db",  folder.path() / "kept.sqlite"};
  {
    Program program(arguments);
    demo::test::ServiceClient users(port_in(program.read_line()));
    REQUIRE(users.post("/users", {{"email", "ada@example.com"}}).status == 201);
    CHECK_FALSE(program.has_left_files());
    program.signal(SIGTERM);
    REQUIRE(program.wait() == 0);
  }
  Program program(arguments);
  demo::test::ServiceClient users(port_in(program.read_line()));
  CHECK(users.get("/users/usr_1").body["email"] == "ada@example.com");
}

TEST_CASE("UsageErrorsAreExit2") {
  const std::vector<std::vector<std::string>> wrong = {{"--colour"},
                                                       {"--port-base", "65532"},
                                                       {"--users-port", "65536"},
                                                       {"--users-port", "x"},
                                                       {"--only", "billing"},
                                                       {"--only", "auth", "--users-port", "0"},
                                                       {"extra"}};
  for (const auto& arguments : wrong) {
    Program program(arguments);
    CAPTURE(arguments);
    CHECK(program.wait() == 2);
    CHECK_FALSE(program.read_line().empty());
  }
}

TEST_CASE("HelpNamesTheOptionsAndIsExit0") {
  Program program({"--help"});
  CHECK(program.wait() == 0);
  CHECK(program.read_line() ==
        "Serves the demo services auth, users, orders and payments over HTTP, on 127.0.0.1.");
}
