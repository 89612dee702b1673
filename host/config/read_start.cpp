#include "config/read_start.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "config/schema_words.hpp"
#include "config/value_rules.hpp"

namespace e2e::host {
namespace {

constexpr size_t max_words = 1024;

struct NamedSignal {
  std::string_view name;
  int number;
};
constexpr std::array<NamedSignal, 6> stop_signals = {{{"TERM", SIGTERM},
                                                      {"INT", SIGINT},
                                                      {"QUIT", SIGQUIT},
                                                      {"HUP", SIGHUP},
                                                      {"USR1", SIGUSR1},
                                                      {"USR2", SIGUSR2}}};
const std::vector<std::string> signal_names = {"TERM", "INT", "QUIT", "HUP", "USR1", "USR2"};
const std::vector<std::string> instances_names = {"run", "worker"};

std::optional<int> parse_signal(std::string_view name) {
  for (const auto& known : stop_signals)
    if (known.name == name) return known.number;
  return std::nullopt;
}

std::optional<Instances> parse_instances(std::string_view name) {
  if (name == "run") return Instances::run;
  if (name == "worker") return Instances::worker;
  return std::nullopt;
}

std::string text_problem(std::string_view text) {
  if (text.empty()) return "must not be empty";
  return text.find('\0') == text.npos ? "" : "must have no null character";
}

std::string variable_name_problem(std::string_view name) {
  const bool is_good = !name.empty() && name.find('=') == name.npos && name.find('\0') == name.npos;
  return is_good ? "" : "must not be empty, and have no '='";
}

std::string ready_problem(std::string_view text) {
  return text == "port" ? "" : endpoint_problem(text).empty() ? "" : "must be 'port' or a path from '/'";
}

/// A reading of one service's `start`.
class StartReader {
 public:
  StartReader(Section& start, const ServiceConfig& service)
      : start_(start), service_(service), diagnostics_(start.context().diagnostics) {}

  StartSettings read(const YamlNode& at) {
    read_command(at);
    read_variables();
    const YamlNode* folder = start_.text("cwd", settings_.folder, text_problem, true);
    start_.record("cwd", settings_.folder, folder);
    read_ready();
    number("ready_timeout", settings_.ready_timeout_ms, 1);
    const YamlNode* signal = start_.choice("stop_signal", settings_.stop_signal, signal_names, parse_signal);
    const auto* named = std::find_if(stop_signals.begin(), stop_signals.end(), [&](const auto& known) {
      return known.number == settings_.stop_signal;
    });
    start_.record("stop_signal", std::string(named->name), signal);
    number("stop_timeout", settings_.stop_timeout_ms, 0);
    const YamlNode* log = start_.text("log", settings_.log, text_problem, true);
    start_.record("log", log ? settings_.log : "in the run's folder", log);
    const YamlNode* reuse = start_.boolean("reuse", settings_.reuse);
    start_.record("reuse", truth(settings_.reuse), reuse);
    const YamlNode* instances =
        start_.choice("instances", settings_.instances, instances_names, parse_instances);
    start_.record("instances", settings_.instances == Instances::run ? "run" : "worker", instances);
    check_instances(instances, log, reuse);
    start_.finish();
    return std::move(settings_);
  }

 private:
  void number(std::string_view key, int64_t& target, int64_t min) {
    const YamlNode* node = start_.number(key, target, min, max_setting_ms, milliseconds);
    start_.record(key, std::to_string(target), node);
  }

  /// Adds a text that may name late, as a word or a part of the environment.
  std::optional<std::string> late_text(std::string_view what, const YamlNode& node) {
    const auto value = start_.scalar(what, node, "a text");
    if (!value) return std::nullopt;
    if (value->text.find('\0') != value->text.npos) {
      diagnostics_.add(node.at, fmt::format("{} must have no null character", what));
      return std::nullopt;
    }
    return value->text;
  }

  void read_command(const YamlNode& at) {
    const YamlNode* command = start_.any("command");
    if (!command) {
      if (start_.context().reading == Reading::merged)
        diagnostics_.add(at.at, fmt::format("{} has no command", start_.path()),
                         "for example: command: [build/bin/server, --port, \"${service.port}\"]");
      return;
    }
    if (command->kind == YamlNode::Kind::sequence) {
      if (command->items.size() > max_words)
        diagnostics_.add(command->at, fmt::format("command must have at most {} words", max_words));
      else
        for (const auto& item : command->items)
          if (auto word = late_text("a word of command", *item))
            settings_.command.push_back(std::move(*word));
      if (command->items.empty() || (!settings_.command.empty() && settings_.command[0].empty()))
        diagnostics_.add(command->at, "command must name a program");
      start_.record("command", fmt::format("{}", fmt::join(settings_.command, " ")), command);
      return;
    }
    const auto text = start_.scalar("command", *command, "a list of words or a text");
    if (!text) return;
    if (const std::string problem = text_problem(text->text); !problem.empty())
      diagnostics_.add(command->at, fmt::format("command {}", problem));
    // The two words in front of it have no dollar sign to double.
    settings_.command = {"/bin/sh", "-c", text->text};
    start_.record("command", text->text, command);
  }

  void read_variables() {
    const YamlNode* variables = start_.map("env");
    if (!variables) return;
    for (const auto& entry : variables->entries) {
      if (const std::string problem = variable_name_problem(entry.key); !problem.empty()) {
        diagnostics_.add(entry.key_at,
                         fmt::format("a variable's name {}, not {}", problem, in_quotes(entry.key)));
        continue;
      }
      const std::string key = "env." + entry.key;
      std::optional<std::string> value;
      if (entry.value->kind != YamlNode::Kind::null) {
        value = late_text(key, *entry.value);
        if (!value) continue;
      }
      // What a variable holds may be a credential, and nothing tells.
      start_.record(key, value ? "***" : "removed", entry.value.get());
      settings_.variables.emplace_back(entry.key, std::move(value));
    }
  }

  void read_ready() {
    std::string ready = service_.base_url.starts_with("https://") ? "port" : service_.health_endpoint;
    const YamlNode* node = start_.text("ready", ready, ready_problem, true);
    start_.record("ready", ready, node, service_.health_endpoint == ready ? "health_endpoint" : "default");
    if (ready != "port") settings_.ready_path = ready;
    if (node && ready != "port" && service_.base_url.starts_with("https://"))
      diagnostics_.add(node->at,
                       "ready must be 'port' where base_url is https: its certificate is not looked at",
                       "write ready: port, or leave it out");
  }

  void check_instances(const YamlNode* instances, const YamlNode* log, const YamlNode* reuse) {
    if (settings_.instances == Instances::run || start_.context().reading != Reading::merged) return;
    const auto differs = [](std::string_view text) {
      return has_late_name(text, "service.port") || has_late_name(text, "worker.index");
    };
    if (!differs(service_.base_url))
      diagnostics_.add(instances->at,
                       fmt::format("service '{}' has an instance for each worker, but one base_url for all",
                                   service_.name),
                       "put ${service.port} or ${worker.index} into its base_url");
    if (log && !has_late_name(settings_.log, "worker.index"))
      diagnostics_.add(log->at, "log must differ from worker to worker: instances is 'worker'",
                       "put ${worker.index} into its name");
    if (settings_.reuse)
      diagnostics_.add(reuse->at, "reuse can't be had with an instance for each worker",
                       "leave out reuse, or instances");
  }

  Section& start_;
  const ServiceConfig& service_;
  Diagnostics& diagnostics_;
  StartSettings settings_;
};

/// Nobody leases a port, or has a folder, for what the run does not start.
void refuse_names(Section& service, const ServiceConfig& config, const YamlNode* at) {
  const auto refuse = [&](std::string_view key, std::string_view text) {
    for (const std::string_view name : {"service.port", "run.folder"})
      if (has_late_name(text, name))
        service.context().diagnostics.add(
            at->at,
            fmt::format("{} of service '{}' names ${{{}}}, but the service has no start", key, config.name,
                        name),
            "only services that the run starts have one: add start, or write the value itself");
  };
  refuse("base_url", config.base_url);
  refuse("health_endpoint", config.health_endpoint);
  for (const auto& [name, value] : config.headers) refuse("headers." + name, value);
}

}  // namespace

void read_start(Section& service, ServiceConfig& config) {
  const YamlNode* node = service.map("start");
  if (!node) {
    if (service.context().reading == Reading::merged && service.node() != nullptr)
      refuse_names(service, config, service.node());
    return;
  }
  Section start(service.context(), node, service.path() + ".start");
  config.start = StartReader(start, config).read(*node);
}

}  // namespace e2e::host
