// Plugins that can't be used: each is named with the reason, in the same words by every command, and nothing
// is run.
#include <algorithm>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "e2e_regex.hpp"
#include "host_run.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;

namespace {

const char* const config =
    "services:\n  s: {base_url: \"http://127.0.0.1:9\"}\n  family: {base_url: \"http://127.0.0.1:9\"}\n"
    "  verdicts: {base_url: \"http://127.0.0.1:9\"}\n";

fs::path unloadable(const std::string& name) { return test_plugin("../unloadable/" + name + ".so"); }

/// A copy of a stub in the project. The stubs are for any service; the copy is for service `s`.
void copy_stub(const Project& project, const fs::path& from, const std::string& name) {
  std::ifstream in(from, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (const size_t at = bytes.find("service=*\n"); at != std::string::npos)
    bytes.replace(at, 10, "service=s\n");
  REQUIRE_FALSE(bytes.empty());
  fs::create_directories((project.folder() / name).parent_path());
  project.write(name, bytes);
}

/// Without the lines of stacks, whose libc is this machine's.
std::string without_stacks(const std::string& text) { return replaced_like(text, "\n  at [^\n]*", ""); }

/// The text with the project's folder as P, and this machine's names and versions as HERE.
std::string normalised(const Project& project, std::string text) {
  const std::string folder = project.folder().string();
  for (size_t at = 0; (at = text.find(folder)) != std::string::npos;) text.replace(at, folder.size(), "P");
  text = replaced_like(text, "this host has [0-9.]+", "this host has HERE");
  text = replaced_like(text, "this host's [^ ]+ goes up to [A-Z0-9_.]+", "this host's HERE goes up to HERE");
  return replaced_like(text, "built for [a-z0-9_]+, this host is ([a-z0-9_]+); build it for \\1\n",
                       "built for THERE, this host is HERE; build it for HERE\n");
}

struct Refusal {
  const char* name;
  const char* sentence;  ///< behind "error: P/NAME.so: "
  bool is_told_by_the_file;
};

const Refusal refusals[] = {
    {"foreign_arch", "built for THERE, this host is HERE; build it for HERE", true},
    {"missing_library",
     "needs libmissing.so.1, which is neither beside the plugin nor on this machine; install it or ship it "
     "with the plugin",
     true},
    {"newer_minor", "needs plugin ABI 1.99, this host offers 1.0: update e2e-host", true},
    {"no_entry",
     "has the note of a plugin, but exports no function e2e_plugin_v1; build it with e2e_add_plugin(), or "
     "export that function",
     true},
    {"not_a_plugin", "not a plugin: it has no e2e note; plugins are built with e2e_add_plugin()", true},
    {"too_new_glibc", "needs glibc 2.99, this host has HERE; rebuild it on an older distribution", true},
    {"too_new_libstdcxx",
     "needs GLIBCXX_3.4.99 of libstdc++.so.6, this host's HERE goes up to HERE; rebuild it on an older "
     "distribution, or update libstdc++.so.6",
     true},
    {"wrong_abi",
     "built for plugin ABI 2.0, this host offers 1.0: update e2e-host, or rebuild the plugin with this "
     "host's "
     "SDK",
     true},
    {"crashing_constructor",
     "its code ended the process that loaded it: SIGSEGV at address 0x0 (null dereference)", false},
    {"exiting_constructor", "its code ended the process that loaded it: called exit(0)", false},
    {"hanging_constructor", "did not say within 500 ms which tests it has: its constructors or init() hang",
     false},
    {"throwing_constructor", "one of its constructors threw: a static constructor threw this", false},
    {"wrong_magic", "its plugin struct begins with 0x21212121, not with 0x50453245; rebuild it with this SDK",
     false},
};

std::vector<std::string> command(const std::string& name, const std::vector<std::string>& plugins) {
  std::vector<std::string> words = {name};
  for (const auto& plugin : plugins) {
    words.insert(words.end(), {"--plugins", plugin});
    // The others have all the time they want: this machine may be busy.
    if (plugin == "hanging_constructor.so") words.insert(words.end(), {"--set", "limits.setup_timeout=500"});
  }
  return words;
}

/// Nothing was started: there is no journal, and nothing was printed but the refusal.
void check_nothing_ran(const HostRun& run) {
  CHECK(run.exit_code == 4);
  CHECK(run.out.empty());
  CHECK(run.events.empty());
  CHECK(run.run_folder.empty());
}

}  // namespace

TEST_CASE("UnusablePluginIsRefusedInTheSameWordsByRunAndList") {
  const Project project(config);
  for (const Refusal& refusal : refusals) {
    const std::string file = std::string(refusal.name) + ".so";
    INFO(file);
    copy_stub(project, unloadable(refusal.name), file);
    for (const char* name : {"run", "list"}) {
      const HostRun run = run_host(project, command(name, {file}));
      CHECK(without_stacks(normalised(project, run.err)) ==
            "error: P/" + file + ": " + refusal.sentence + "\n");
      const bool has_stack = refusal.name == std::string("crashing_constructor") ||
                             refusal.name == std::string("hanging_constructor");
      CHECK((run.err.find("\n  at ") != std::string::npos) == has_stack);
      check_nothing_ran(run);
    }
  }
}

TEST_CASE("APluginOfAnotherArchitectureIsToldBothByName") {
#if defined(__x86_64__)
  const std::string here = "x86_64", there = "aarch64";
#else
  const std::string here = "aarch64", there = "x86_64";
#endif
  const Project project(config);
  copy_stub(project, unloadable("foreign_arch"), "foreign_arch.so");
  const HostRun run = run_host(project, command("run", {"foreign_arch.so"}));
  CHECK(run.err.find("built for " + there + ", this host is " + here + "; build it for " + here + "\n") !=
        std::string::npos);
  check_nothing_ran(run);
}

TEST_CASE("TableOfRefusalsIsWhole") {
  size_t files = 0;
  for (const auto& entry : fs::directory_iterator(unloadable("x").parent_path())) {
    const std::string name = entry.path().stem();
    // Its sentence has sizes in it, which are the linker's: it has a test of its own.
    if (entry.path().extension() != ".so" || name == "truncated") continue;
    ++files;
    INFO(name);
    CHECK(std::any_of(std::begin(refusals), std::end(refusals),
                      [&](const Refusal& refusal) { return name == refusal.name; }));
  }
  CHECK(files == std::size(refusals));
}

TEST_CASE("TruncatedPluginIsRefusedByEveryCommand") {
  const Project project(config);
  copy_stub(project, unloadable("truncated"), "truncated.so");
  const std::string sentence(
      "error: P/truncated\\.so: the file is truncated: [0-9]+ bytes, its program headers need [0-9]+; build "
      "or "
      "copy it again\n");
  for (const auto& words :
       {command("run", {"truncated.so"}), command("list", {"truncated.so"}),
        std::vector<std::string>{"inspect", (project.folder() / "truncated.so").string()}}) {
    const HostRun run = run_host(project, words);
    INFO(run.err);
    CHECK(is_like(normalised(project, run.err), sentence));
    check_nothing_ran(run);
  }
}

TEST_CASE("InspectTellsWhatTheFileTellsAndRunsNoneOfItsCode") {
  const Project project(config);
  for (const Refusal& refusal : refusals) {
    const fs::path file = project.folder() / (std::string(refusal.name) + ".so");
    INFO(file);
    copy_stub(project, unloadable(refusal.name), file.filename());
    const HostRun run = run_host(project, {"inspect", file.string()});
    if (refusal.is_told_by_the_file) {
      CHECK(normalised(project, run.err) ==
            "error: P/" + file.filename().string() + ": " + refusal.sentence + "\n");
      check_nothing_ran(run);
    } else {
      CHECK(run.exit_code == 0);
      CHECK(run.err.empty());
      CHECK(run.out.find("\n  id         " + std::string(refusal.name) + "\n") != std::string::npos);
    }
  }
}

TEST_CASE("BadPluginBesideAGoodOneIsNamedAndNothingRuns") {
  const Project project(config);
  copy_stub(project, test_plugin("verdicts.so"), "plugins/good.so");
  copy_stub(project, unloadable("newer_minor"), "plugins/bad.so");
  const HostRun run = run_host(project, command("run", {"plugins"}));
  CHECK(normalised(project, run.err) ==
        "error: P/plugins/bad.so: needs plugin ABI 1.99, this host offers 1.0: update e2e-host\n");
  check_nothing_ran(run);
}

TEST_CASE("AllBadPluginsAreNamedAtOnce") {
  const Project project(config);
  for (const char* name : {"newer_minor", "crashing_constructor", "exiting_constructor", "no_entry"})
    copy_stub(project, unloadable(name), std::string("plugins/") + name + ".so");
  const HostRun run = run_host(project, command("run", {"plugins"}));
  for (const char* name : {"newer_minor", "crashing_constructor", "exiting_constructor", "no_entry"}) {
    INFO(name);
    CHECK(run.err.find(std::string(name) + ".so: ") != std::string::npos);
  }
  const std::string sentences = without_stacks(run.err);
  CHECK(std::count(sentences.begin(), sentences.end(), '\n') == 4);
  check_nothing_ran(run);
}

TEST_CASE("WhatIsNoPluginInAScannedFolderIsPassedOver") {
  const Project project(config);
  copy_stub(project, test_plugin("verdicts.so"), "plugins/good.so");
  copy_stub(project, unloadable("not_a_plugin"), "plugins/library.so");
  project.write("plugins/notes.so", "some text");
  project.write("plugins/readme.txt", "some text");
  const HostRun run = run_host(project, {"run", "--plugins", "plugins", "passes_first"});
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  CHECK(run.outcome("verdicts::01_endings::passes_first") == "passed");
  const HostRun debugged = run_host(project, {"run", "--plugins", "plugins", "passes_first", "--debug"});
  const std::string log = normalised(project, debugged.err);
  CHECK(log.find("passed over: P/plugins/library.so: not a plugin: it has no e2e note") != std::string::npos);
  CHECK(log.find("passed over: P/plugins/notes.so: not a plugin: it is not an ELF file") !=
        std::string::npos);
}

TEST_CASE("FolderWithoutAnyPluginSaysSoAndWhy") {
  const Project project(config);
  copy_stub(project, unloadable("not_a_plugin"), "plugins/library.so");
  const HostRun run = run_host(project, {"run", "--plugins", "plugins"});
  CHECK(run.exit_code == 3);
  CHECK(normalised(project, run.err) ==
        "error: nothing to run: there is no plugin in P/plugins\n"
        "note: P/plugins/library.so: not a plugin: it has no e2e note; plugins are built with "
        "e2e_add_plugin()\n"
        "hint: build the plugins, or say where they are with --plugins PATH; --allow-empty makes this no "
        "error\n");
  CHECK(run_host(project, {"run", "--plugins", "plugins", "--allow-empty"}).exit_code == 0);
}
