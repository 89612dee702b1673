// The completion scripts, each run by its own shell as far as that is installed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <e2e_catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "host_run.hpp"

using namespace e2e_test;
using Words = std::vector<std::string>;

namespace {

const char* const config =
    "services:\n  verdicts: {base_url: \"http://127.0.0.1:9\"}\n  other: {base_url: \"http://127.0.0.1:9\"}\n"
    "environments: {staging: {}, production: {}}\n";

/// The values that are offered for the last word, in their order.
Words offered(const Project& project, const Words& words) {
  Words all = {"__complete", "--"};
  all.insert(all.end(), words.begin(), words.end());
  const HostRun run = run_host(project, all);
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  Words values;
  std::istringstream lines(run.out);
  for (std::string line; std::getline(lines, line);) values.push_back(line.substr(0, line.find('\t')));
  return values;
}

bool has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What a shell prints for a script; its environment has the program first on the path.
std::string shell_says(const Project& project, const std::string& shell, const std::string& script) {
  project.write("script", script);
  const std::string command = "cd '" + project.folder().string() + "' && HOME=$PWD PATH='" +
                              host_program().parent_path().string() + "':$PATH " + shell + " script 2>&1";
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
  ::pclose(pipe);
  return out;
}

bool is_installed(const std::string& shell) {
  return std::system(("command -v " + shell + " >/dev/null").c_str()) == 0;
}

std::string in_bash(const Project& project, const std::string& line) {
  return shell_says(project, "bash --norc",
                    "source <(e2e-host completion bash)\nCOMP_LINE='" + line +
                        "' COMP_POINT=${#COMP_LINE}\n_e2e_host\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n"
                        "complete -p e2e-host\n");
}

}  // namespace

TEST_CASE("CommandsOptionsAndChoicesAreOffered") {
  const Project project(config);
  for (const char* command :
       {"run", "list", "inspect", "config", "report", "doctor", "completion", "version"})
    CHECK(has(offered(project, {""}), command));
  CHECK_FALSE(has(offered(project, {""}), "__complete"));
  CHECK(offered(project, {"config", ""}) == Words{"check", "show"});
  CHECK(offered(project, {"run", "--parallel-"}) == Words{"--parallel-mode"});
  CHECK(offered(project, {"run", "--parallel-mode", ""}) == Words{"service", "test"});
  CHECK(offered(project, {"run", "--isolation=p"}) == Words{"--isolation=process"});
  CHECK(offered(project, {"run", "--color", "a"}) == Words{"auto", "always"});
  CHECK(has(offered(project, {"run", "-j", ""}), "auto"));
  CHECK(offered(project, {"completion", ""}) == Words{"bash", "zsh", "fish"});
  CHECK(offered(project, {"run", "-c", ""}) == Words{":files"});
  CHECK(offered(project, {"nothing", ""}).empty());
}

TEST_CASE("NamesOfTheProjectAreOffered") {
  const Project project(config);
  CHECK(offered(project, {"run", "-s", ""}) == Words{"other", "verdicts"});
  CHECK(offered(project, {"list", "--service=v"}) == Words{"--service=verdicts"});
  CHECK(offered(project, {"run", "-e", ""}) == Words{"production", "staging"});
  CHECK(offered(project, {"run", "--set", "general.ret"}) == Words{"general.retries="});
  CHECK(offered(project, {"config", "show", "parallel.m"}) == Words{"parallel.max_workers", "parallel.mode"});

  // Tests are those that `list` has seen: no plugin's code runs because of a key press.
  const Words before = offered(project, {"run", ""});
  CHECK(before == Words{"other", "verdicts"});
  REQUIRE(run_host(project, {"list"}, {{"E2E_PLUGIN_PATH", test_plugin("verdicts.so").string()}}).exit_code ==
          0);
  project.write("e2e.conf",
                std::string(config) + "plugins: {paths: ['" + test_plugin("verdicts.so").string() + "']}\n");
  CHECK(has(offered(project, {"run", "verdicts::"}), "verdicts::01_endings::passes_first"));
  CHECK(has(offered(project, {"run", "-m", ""}), "03_checks"));
}

TEST_CASE("BrokenConfigOffersNoNames") {
  const Project project("services: [\n");
  CHECK(offered(project, {"run", ""}).empty());
  CHECK(has(offered(project, {"run", "--"}), "--tag"));
}

TEST_CASE("BashCompletes") {
  const Project project(config);
  CHECK(in_bash(project, "e2e-host run --parallel-") == "--parallel-mode\ncomplete -F _e2e_host e2e-host\n");
  CHECK(in_bash(project, "e2e-host run -s v").find("verdicts\n") == 0);
  // Bash takes what is behind '=' and ':' for words of their own.
  CHECK(in_bash(project, "e2e-host run --isolation=p").find("process\n") == 0);
  project.write("e2e.conf",
                std::string(config) + "plugins: {paths: ['" + test_plugin("verdicts.so").string() + "']}\n");
  REQUIRE(run_host(project, {"list"}).exit_code == 0);
  CHECK(in_bash(project, "e2e-host run verdicts::01_endings::passes_f").find("passes_first\n") == 0);
  CHECK(in_bash(project, "e2e-host run -c e2e").find("e2e.conf\n") == 0);
}

TEST_CASE("FishCompletes") {
  if (!is_installed("fish")) return;
  const Project project(config);
  const std::string out = shell_says(project, "fish --no-config",
                                     "e2e-host completion fish | source\ncomplete -C 'e2e-host run -s v'\n"
                                     "complete -C 'e2e-host run --parallel-m'\n");
  CHECK(out.find("verdicts\n") == 0);
  CHECK(out.find("\n--parallel-mode\t") != std::string::npos);
}

TEST_CASE("ZshCompletes") {
  if (!is_installed("zsh")) return;
  const Project project(config);
  // What the widget would hand to the line editor.
  const std::string out =
      shell_says(project, "zsh -f",
                 "compdef() { print defined $@ }\nsource <(e2e-host completion zsh)\n"
                 "compadd() { print -l $values }\nwords=(e2e-host run -s v) CURRENT=4\n_e2e_host\n");
  CHECK(out == "defined _e2e_host e2e-host\nverdicts\n");
}

TEST_CASE("ShellThatIsNotKnownIsRefused") {
  const Project project(config);
  const HostRun run = run_host(project, {"completion", "tcsh"});
  CHECK(run.exit_code == 2);
  CHECK(run.err ==
        "error: SHELL: 'tcsh' is not one of bash, zsh, fish\nhint: `e2e-host completion --help` shows what "
        "there "
        "is\n");
}
