#include "cli/build_project.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/clock.hpp"
#include "base/fatal.hpp"
#include "base/utf8.hpp"
#include "cli/print.hpp"
#include "report/quantity.hpp"

namespace e2e::host {
namespace {

/// Of a failed build's output, what is shown: the errors are at its end, or near it.
constexpr off_t most_shown_bytes = 256 * 1024;

void show(int output) {
  const off_t size = ::lseek(output, 0, SEEK_END);
  off_t at = size > most_shown_bytes ? size - most_shown_bytes : 0;
  if (at > 0) fmt::print(stderr, "[{} left out]\n", size_text(static_cast<uint64_t>(at)));
  std::fflush(stderr);
  char bytes[16 * 1024];
  for (ssize_t n = 0; (n = ::pread(output, bytes, sizeof bytes, at)) > 0; at += n)
    write_all(STDERR_FILENO, bytes, static_cast<size_t>(n));
}

}  // namespace

std::string build_command(const Config& config) {
  if (!config.build_command.empty()) return config.build_command;
  if (std::filesystem::exists(config.project / "build" / "CMakeCache.txt")) return "cmake --build build";
  throw Fatal(ExitCode::usage,
              fmt::format("error: --build: nothing says how to build {}: there is no build/CMakeCache.txt\n"
                          "hint: configure it with `cmake -B build`, or name the command in e2e.conf: build: "
                          "{{command: \"make plugins\"}}",
                          printable(config.project.string())));
}

void build_project(const Config& config, const Options& options, Supervisor& supervisor) {
  const std::string command = build_command(config);
  if (!options.quiet) print("Building: " + printable(command) + "\n");
  UniqueFd output;
  if (!options.verbose) {
    output.reset(::memfd_create("e2e-build", MFD_CLOEXEC));
    if (!output) throw std::system_error(errno, std::generic_category(), "memfd_create");
  }
  const int64_t start_ns = monotonic_ns();
  Process process({"/bin/sh", "-c", command}, config.project.string(), output.get());
  const int code = supervisor.run_program(process);
  if (supervisor.signal() != 0) return;
  if (code != 0) {
    if (output) show(output.get());
    throw Fatal(ExitCode::infrastructure,
                fmt::format("error: the build failed: `{}` ended with code {}; nothing was run",
                            printable(command), code));
  }
  if (!options.quiet) print("Built in " + duration_text(monotonic_ns() - start_ns) + "\n");
}

}  // namespace e2e::host
