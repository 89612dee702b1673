#include "cli/shared_options.hpp"

#include "cli/help_text.hpp"

namespace e2e::host {

void add_choice_options(CLI::App& app, Options& options) {
  app.add_option("NAME", options.wanted.names,
                 "a service, module, test's name or full id, or FILE.cpp[:LINE]")
      ->type_name("");
  app.add_option("-s,--service", options.wanted.services, "only tests of this service (repeatable)")
      ->type_name("NAME");
  app.add_option("-m,--module", options.wanted.modules, "only tests of this module (repeatable)")
      ->type_name("NAME");
  app.add_option("-t,--tag", options.wanted.tags, "only tests with this tag (repeatable: with any of them)")
      ->type_name("TAG");
  app.add_option("-x,--exclude-tag", options.wanted.excluded_tags,
                 "no tests with this tag (repeatable; wins)")
      ->type_name("TAG");
  app.add_option("-E,--filter", options.wanted.filters,
                 "only tests that it means, as 'tag(smoke) - test(/slow/)'")
      ->type_name("EXPR");
  app.add_flag_callback(
      "--no-deps", [&options] { options.wanted.with_dependencies = false; },
      "not what the chosen tests depend on, unless chosen itself");
  for (const char* repeatable : {"--service", "--module", "--tag", "--exclude-tag", "--filter"})
    app.get_option(repeatable)->allow_extra_args(false);
  for (const char* choice : {"--service", "--module", "--tag", "--exclude-tag", "--filter", "--no-deps"})
    app.get_option(choice)->group(help_tests);
}

void add_config_option(CLI::App& app, Options& options) {
  app.add_option("-c,--config", options.config_file,
                 "the configuration (default: e2e.conf here or in a parent folder)")
      ->type_name("FILE")
      ->group(help_sources);
}

void add_frozen_option(CLI::App& app, Options& options) {
  app.add_flag("--frozen", options.frozen, "only packs that e2e.lock names, signed by who is trusted")
      ->group(help_sources);
}

void add_source_options(CLI::App& app, Options& options) {
  add_config_option(app, options);
  app.add_option("-e,--environment", options.environment, "the environment of the configuration to use")
      ->type_name("NAME");
  app.add_option("--set", options.settings,
                 "sets a configuration value, as in general.retries=2 (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--plugins", options.plugins,
                 "plugins or folders of them (repeatable; default: build/plugins)")
      ->type_name("PATH")
      ->allow_extra_args(false);
  for (const char* source : {"--environment", "--set", "--plugins"})
    app.get_option(source)->group(help_sources);
}

}  // namespace e2e::host
