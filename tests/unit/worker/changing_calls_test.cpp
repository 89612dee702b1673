#include "worker/changing_calls.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <memory>

using namespace e2e::host;

namespace {

/// A library made of C source, with the compiler that made this program.
class MadeLibrary {
 public:
  explicit MadeLibrary(const std::string& source, const std::string& flags = "") {
    static int made = 0;
    const auto stem =
        std::filesystem::temp_directory_path() / fmt::format("e2e-made-{}-{}", ::getpid(), ++made);
    path_ = stem.string() + ".so";
    const std::string source_path = stem.string() + ".c";
    std::ofstream(source_path) << source;
    const std::string command = fmt::format("{} -x c -shared -fPIC -nostdlib {} -o {} {}", TEST_C_COMPILER,
                                            flags, path_, source_path);
    REQUIRE(std::system(command.c_str()) == 0);
    std::filesystem::remove(source_path);
  }
  MadeLibrary(const MadeLibrary&) = delete;
  MadeLibrary& operator=(const MadeLibrary&) = delete;
  ~MadeLibrary() {
    close();
    std::filesystem::remove(path_);
  }
  void open() {
    handle_ = ::dlopen(path_.c_str(), RTLD_LAZY | RTLD_LOCAL);
    REQUIRE(handle_ != nullptr);
  }
  void close() {
    if (handle_ != nullptr) ::dlclose(handle_);
    handle_ = nullptr;
  }

 private:
  std::string path_;
  void* handle_ = nullptr;
};

std::string text_of(const ChangingCalls& calls) {
  return fmt::format("{}{}{}", calls.signals ? "signals " : "", calls.timers ? "timers " : "",
                     calls.limits ? "limits " : "") +
         (calls.threads ? "threads " : "");
}

/// A library that calls the function, and has one for others to call.
std::string calling(const std::string& function) {
  return fmt::format("void {0}(void);\nvoid e2e_exported(void) {{ {0}(); }}\n", function);
}

}  // namespace

TEST_CASE("WhatNoLaterLibraryImportsIsNotChanged") {
  LaterLibraries libraries;
  CHECK(text_of(libraries.changing_calls()) == "");
  MadeLibrary harmless(calling("getpid"));
  harmless.open();
  CHECK(text_of(libraries.changing_calls()) == "");
}

TEST_CASE("WhatALibraryImportsItMayCall") {
  const auto [function, calls] =
      GENERATE(table<std::string, std::string>({{"sigaction", "signals "},
                                                {"signal", "signals "},
                                                {"sigaltstack", "signals "},
                                                {"__sysv_signal", "signals "},
                                                {"alarm", "timers "},
                                                {"timer_create", "timers threads "},
                                                {"setitimer", "timers "},
                                                {"setrlimit", "limits "},
                                                {"prlimit64", "limits "},
                                                {"ulimit", "limits "},
                                                {"syscall", "signals timers limits threads "},
                                                {"pthread_create", "threads "},
                                                {"_ZNSt6thread15_M_start_threadE", "threads "},
                                                {"dlsym", "signals timers limits threads "}}));
  const std::string style =
      GENERATE("-Wl,--hash-style=gnu", "-Wl,--hash-style=sysv", "-Wl,--hash-style=both");
  LaterLibraries libraries;
  MadeLibrary library(calling(function), style);
  library.open();
  CAPTURE(function, style);
  CHECK(text_of(libraries.changing_calls()) == calls);
  CHECK(text_of(libraries.changing_calls()) == calls);
  CHECK(text_of(LaterLibraries().changing_calls()) == "");
}

TEST_CASE("LibrariesThatSayNothingOfTheirImportsMayChangeAll") {
  LaterLibraries libraries;
  MadeLibrary library(
      "void sigaction(void);\n__attribute__((constructor)) static void call(void) { if (0) sigaction(); }\n",
      "-Wl,--hash-style=gnu");
  library.open();
  CHECK(text_of(libraries.changing_calls()) == "signals timers limits threads ");
}

TEST_CASE("WhatComesAndGoesMayHaveChangedAll") {
  LaterLibraries libraries;
  MadeLibrary first(calling("alarm")), second(calling("getpid"));
  first.open();
  first.close();
  CHECK(text_of(libraries.changing_calls()) == "signals timers limits threads ");
  second.open();
  CHECK(text_of(libraries.changing_calls()) == "signals timers limits threads ");
}

TEST_CASE("WhoUsesALibraryOfTheHostsMayChangeAll") {
  REQUIRE(::dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL) != nullptr);
  LaterLibraries libraries;
  MadeLibrary plain(calling("getpid"), "-lc -lm"),
      user(calling("curl_version"), "-Wl,--no-as-needed -l:libcurl.so.4");
  plain.open();
  CHECK(text_of(libraries.changing_calls()) == "");
  user.open();
  CHECK(text_of(libraries.changing_calls()) == "signals timers limits threads ");
}
