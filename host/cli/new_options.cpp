#include "cli/new_options.hpp"

#include <string>

#include "cli/option_checks.hpp"
#include "cli/shared_options.hpp"
#include "config/value_rules.hpp"
#include "scaffold/names.hpp"

namespace e2e::host {
namespace {

OptionCheck with_words(std::string (*problem)(std::string_view)) {
  return [problem](const std::string& value) {
    const std::string text = problem(value);
    return text.empty() ? text : "'" + value + "' " + text;
  };
}

void add_url(CLI::App& command, Options& options) {
  command.add_option("--url", options.new_url, "where the service runs; without it, a sample is served")
      ->check(with_words(base_url_problem));
}

}  // namespace

void add_new_commands(CLI::App& app, Options& options) {
  CLI::App* init = app.add_subcommand("init", "makes a project with a service and tests that pass");
  init->add_option("FOLDER", options.new_folder, "where; default: the working folder")->type_name("");
  init->add_option("--service", options.new_service, "the service's name; default: sample")
      ->type_name("NAME")
      ->check(with_words(new_service_problem));
  add_url(*init, options);
  init->add_option("--ci", options.new_ci, "what files for CI are made; default: both")
      ->type_name("github|gitlab|both|none")
      ->check(one_of({"github", "gitlab", "both", "none"}));
  init->callback([&options] { options.command = Command::init; });

  CLI::App* make = app.add_subcommand("new", "adds a service or a test to a project");
  make->require_subcommand(1);
  CLI::App* service =
      make->add_subcommand("service", "adds a service, with its page class and a first module of tests");
  service->add_option("NAME", options.new_service, "the service's name")
      ->required()
      ->type_name("")
      ->check(with_words(new_service_problem));
  add_url(*service, options);
  add_config_option(*service, options);
  service->callback([&options] { options.command = Command::new_service; });
  CLI::App* test = make->add_subcommand("test", "adds a module with one test to a service");
  test->add_option("SERVICE", options.new_service, "the service")->required()->type_name("");
  test->add_option("NAME", options.new_test, "the test's name")
      ->required()
      ->type_name("")
      ->check(with_words(new_test_problem));
  add_config_option(*test, options);
  test->callback([&options] { options.command = Command::new_test; });

  CLI::App* sample = app.add_subcommand("sample-service", "serves what the tests of a new project test");
  sample->add_option("--port", options.port, "on 127.0.0.1; 0, the default: any that is free")
      ->check(whole_number(0, 65535))
      ->type_name("N");
  sample->callback([&options] { options.command = Command::sample_service; });
}

}  // namespace e2e::host
