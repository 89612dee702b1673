// The certificates that are loaded before workers are forked, against servers of openssl's own.
#include "page/system_certificates.hpp"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <e2e_catch.hpp>
#include <filesystem>

#include "page_fixture.hpp"

using namespace e2e::host;
namespace fs = std::filesystem;

namespace {

/// A server over TLS with a certificate of its own that it signed itself.
class TlsServer {
 public:
  explicit TlsServer(const fs::path& folder) {
    fs::create_directory(folder);
    const std::string command =
        "cd " + folder.string() +
        " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out "
        "ca.pem -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1 2>/dev/null && echo pid $$ && "
        "exec "
        "openssl s_server -accept 127.0.0.1:0 -www -cert ca.pem -key key.pem </dev/null 2>&1";
    output_ = ::popen(command.c_str(), "r");
    REQUIRE(output_ != nullptr);
    char line[200];
    while (port_ == 0 && std::fgets(line, sizeof line, output_) != nullptr) {
      std::sscanf(line, "pid %d", &pid_);
      std::sscanf(line, "ACCEPT 127.0.0.1:%d", &port_);
    }
    REQUIRE(port_ != 0);
  }
  ~TlsServer() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    ::pclose(output_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }

 private:
  FILE* output_ = nullptr;
  pid_t pid_ = 0;
  int port_ = 0;
};

/// What `work` returns in a process of its own.
template <typename Work>
int in_a_fork(Work work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

enum : int { answered = 1, distrusted = 2, other = 3 };

int ask(const std::string& url) {
  try {
    PageFixture fixture(url);
    const Response& response = fixture.get("/");
    if (response.status() == 200) return answered;
    return response.error().find("certificate") != std::string_view::npos ? distrusted : other;
  } catch (...) {
    return other;
  }
}

}  // namespace

TEST_CASE("AForkTrustsWhatWasLoadedBeforeItAndNothingElse") {
  std::string name = (fs::temp_directory_path() / "e2e-ca-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  const fs::path folder = name;
  {
    const TlsServer known(folder / "known"), unknown(folder / "unknown");
    const std::string file = (folder / "known" / "ca.pem").string();
    const auto after_loading = [&](const std::string& url) {
      return in_a_fork([&] {
        load_system_certificates(file.c_str());
        return in_a_fork([&] { return ask(url); });
      });
    };
    CHECK(after_loading(known.url()) == answered);
    CHECK(after_loading(unknown.url()) == distrusted);
    // Without it neither is known: it is what was loaded that made the difference.
    CHECK(in_a_fork([&] { return ask(known.url()); }) == distrusted);
  }
  fs::remove_all(folder);
}
