#include "cli/shared_options.hpp"

namespace e2e::host {

void add_choice_options(CLI::App& app, Options& options) {
  app.add_option("NAME", options.wanted.names, "a service, a module, a test's name or its full id")
      ->type_name("");
  app.add_option("-s,--service", options.wanted.services, "only tests of this service (repeatable)")
      ->type_name("NAME");
  app.add_option("-m,--module", options.wanted.modules, "only tests of this module (repeatable)")
      ->type_name("NAME");
  app.add_option("-t,--tag", options.wanted.tags, "only tests with this tag (repeatable: any of them)")
      ->type_name("TAG");
  app.add_option("-x,--exclude-tag", options.wanted.excluded_tags,
                 "no tests with this tag (repeatable; wins)")
      ->type_name("TAG");
  app.add_flag_callback(
      "--no-deps", [&options] { options.wanted.with_dependencies = false; },
      "do not run what the chosen tests depend on, if it was not chosen itself");
  for (const char* repeatable : {"--service", "--module", "--tag", "--exclude-tag"})
    app.get_option(repeatable)->allow_extra_args(false);
}

void add_source_options(CLI::App& app, Options& options) {
  app.add_option("-c,--config", options.config_file,
                 "the configuration file (default: e2e.conf here or in a parent folder)")
      ->type_name("FILE");
  app.add_option("-e,--environment", options.environment, "the environment of the configuration to use")
      ->type_name("NAME");
  app.add_option("--set", options.settings,
                 "sets a configuration value: --set parallel.max_workers=2 (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--plugins", options.plugins,
                 "a folder of plugins, or a plugin (repeatable; default: build/plugins)")
      ->type_name("PATH")
      ->allow_extra_args(false);
}

}  // namespace e2e::host
