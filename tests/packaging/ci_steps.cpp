// Makes a shell script of a CI service's file: the commands that it runs, in its order and as its shell runs
// them, then the checks that what it keeps is there.
//
//   ci_steps github|gitlab FILE
#include <yaml-cpp/yaml.h>

#include <cstdio>
#include <stdexcept>
#include <string>

namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

void print(const std::string& line) { std::printf("%s\n", line.c_str()); }

/// GitHub: each `run` is a process of its own, `bash -e`. Where `uses` uploads files, they have to be there.
void print_github(const YAML::Node& root) {
  for (const auto& job : root["jobs"])
    for (const auto& variable : job.second["env"]) {
      const auto value = variable.second.as<std::string>();
      if (value.find("${{") == std::string::npos)
        print("export " + variable.first.as<std::string>() + "=" + quoted(value));
    }
  for (const auto& job : root["jobs"])
    for (const auto& step : job.second["steps"]) {
      if (step["run"])
        print("bash -e -c " + quoted(step["run"].as<std::string>()));
      else if (step["uses"].as<std::string>().find("actions/upload-artifact@") == 0)
        print("test -e " + quoted(step["with"]["path"].as<std::string>()));
    }
}

/// GitLab: before_script and script are one shell.
void print_gitlab(const YAML::Node& root) {
  for (const auto& job : root) {
    const YAML::Node& body = job.second;
    for (const auto& variable : body["variables"])
      print("export " + variable.first.as<std::string>() + "=" + quoted(variable.second.as<std::string>()));
    std::string script = "set -eo pipefail\n";
    for (const char* part : {"before_script", "script"})
      for (const auto& line : body[part]) script += line.as<std::string>() + "\n";
    print("bash -c " + quoted(script));
    for (const auto& path : body["artifacts"]["paths"]) print("test -e " + quoted(path.as<std::string>()));
    print("test -s " + quoted(body["artifacts"]["reports"]["junit"].as<std::string>()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::runtime_error("usage: ci_steps github|gitlab FILE");
    const YAML::Node root = YAML::LoadFile(argv[2]);
    print("set -e");
    if (std::string(argv[1]) == "github")
      print_github(root);
    else
      print_gitlab(root);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ci_steps: %s\n", error.what());
    return 1;
  }
}
