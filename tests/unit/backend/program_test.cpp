// demo-backend as a program: its ports, signals and exit codes.

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "running_backend.hpp"
#include "temporary_folder.hpp"

namespace {

// A demo-backend that this test started, its stdout and stderr in one pipe, its TMPDIR a folder of its own.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    int ends[2] = {-1, -1};
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    arguments.insert(arguments.begin(), DEMO_BACKEND_PROGRAM);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      ::setenv("TMPDIR", folder_.path().c_str(), 1);
      ::execv(DEMO_BACKEND_PROGRAM, argv.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (!has_ended_) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(output_);
  }

  // The next line, without its end; what there is of it at the end of output or after 20 s.
  std::string read_line() {
    std::string line;
    char byte = 0;
    pollfd entry{output_, POLLIN, 0};
    while (::poll(&entry, 1, 20'000) == 1 && ::read(output_, &byte, 1) == 1 && byte != '\n') line += byte;
    return line;
  }

  void signal(int number) const { REQUIRE(::kill(pid_, number) == 0); }

  // Its exit code; 128 and the number of the signal that killed it.
  int wait() {
    int status = 0;
    REQUIRE(::waitpid(pid_, &status, 0) == pid_);
    has_ended_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  [[nodiscard]] bool has_left_files() const { return !std::filesystem::is_empty(folder_.path()); }

 private:
  demo::TemporaryFolder folder_;
  pid_t pid_ = -1;
  int output_ = -1;
  bool has_ended_ = false;
};

const std::vector<std::string> any_ports = {"--auth-port",   "0", "--users-port",    "0",
                                            "--orders-port", "0", "--payments-port", "0"};

std::vector<std::string> with(std::vector<std::string> arguments, const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

int port_in(const std::string& line) { return std::stoi(line.substr(line.rfind(':') + 1)); }

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
