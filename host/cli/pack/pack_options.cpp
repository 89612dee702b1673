#include "cli/pack/pack_options.hpp"

#include <string>

#include "cli/shared_options.hpp"
#include "pack/pack_path.hpp"

namespace e2e::host {
namespace {

std::string word_check(const std::string& word) {
  const std::string problem = pack_word_problem(word);
  return problem.empty() ? problem : "'" + word + "' " + problem;
}

CLI::App* add(CLI::App& parent, Options& options, Command command, const char* name, const char* text) {
  CLI::App* made = parent.add_subcommand(name, text);
  made->callback([&options, command] { options.command = command; });
  return made;
}

void add_json(CLI::App& command, Options& options) { command.add_flag("--json", options.json, "as JSON"); }

void add_key(CLI::App& command, Options& options, bool is_required) {
  CLI::Option* key =
      command.add_option("--key", options.pack.key, "the secret key's file, as `pack keygen` made it");
  key->type_name("FILE")->required(is_required);
}

void add_output_file(CLI::App& command, Options& options, const char* text) {
  command.add_option("-o,--output", options.pack.output, text)->type_name("FILE");
}

void add_build(CLI::App& pack, Options& options) {
  CLI::App* build = add(pack, options, Command::pack_build, "build", "makes a pack of plugins");
  build->add_option("PLUGIN", options.files, "the plugins")->required()->type_name("");
  build->add_option("--id", options.pack.id, "what the pack is called")
      ->required()
      ->type_name("ID")
      ->check(word_check);
  build->add_option("--version", options.pack.version, "its version")
      ->required()
      ->type_name("VERSION")
      ->check(word_check);
  build->add_option("--publisher", options.pack.publisher, "who makes it; default: the id")
      ->type_name("NAME")
      ->check(word_check);
  add_key(*build, options, false);
  add_output_file(*build, options, "default: its name, in the working folder");
  build->add_option("--data", options.pack.data, "a file or folder that goes into data/ (repeatable)")
      ->type_name("PATH")
      ->allow_extra_args(false);
  build->add_option("--license", options.pack.license, "a file that becomes LICENSE")->type_name("FILE");
  build
      ->add_option("--variable", options.pack.variables,
                   "an environment variable that the tests need (repeatable)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  build->add_flag("--no-tests", options.pack.no_tests,
                  "runs no code of the plugins: leaves out which tests there are");
  add_json(*build, options);
}

void add_install(CLI::App& pack, Options& options, Command command, const char* name, const char* text) {
  CLI::App* install = add(pack, options, command, name, text);
  install->add_option("FILE", options.files, "the pack")->required()->type_name("");
  install->add_flag("--allow-unsigned", options.pack.allow_unsigned,
                    "also one that no trusted key has signed");
  if (command == Command::pack_install)
    install->add_flag("--allow-older", options.pack.allow_older,
                      "also one that is older than what is installed");
  add_config_option(*install, options);
  add_frozen_option(*install, options);
  add_json(*install, options);
}

}  // namespace

void add_pack_commands(CLI::App& app, Options& options) {
  CLI::App* pack = app.add_subcommand("pack", "makes, looks at and installs packs of prebuilt plugins");
  pack->require_subcommand(1);
  add_build(*pack, options);
  CLI::App* keygen = add(*pack, options, Command::pack_keygen, "keygen", "makes a key to sign packs with");
  keygen->add_option("FILE", options.pack.key, "gets the secret key")->required()->type_name("");
  add_json(*keygen, options);
  CLI::App* sign = add(*pack, options, Command::pack_sign, "sign", "signs a pack");
  sign->add_option("FILE", options.files, "the pack")->required()->expected(1)->type_name("");
  add_key(*sign, options, true);
  add_output_file(*sign, options, "default: in the pack's place");
  add_json(*sign, options);
  CLI::App* inspect = add(*pack, options, Command::pack_inspect, "inspect",
                          "shows what is in a pack, without running any of it");
  inspect->add_option("FILE", options.files, "the pack")->required()->type_name("");
  add_json(*inspect, options);
  CLI::App* verify =
      add(*pack, options, Command::pack_verify, "verify", "checks a pack to its last byte, by its signature");
  verify->add_option("PACK-OR-FILE", options.pack.names, "a file, or an installed pack: ID, ID@VERSION")
      ->required()
      ->type_name("");
  add_json(*verify, options);
  add_install(*pack, options, Command::pack_install, "install", "installs packs");
  add_install(*pack, options, Command::pack_upgrade, "upgrade",
              "installs newer packs in place of older ones");
  add_json(*add(*pack, options, Command::pack_list, "list", "shows which packs are installed"), options);
  CLI::App* show = add(*pack, options, Command::pack_show, "show", "shows what is in an installed pack");
  show->add_option("PACK", options.pack.names, "ID, ID@VERSION, or the beginning of a digest")
      ->required()
      ->type_name("");
  add_json(*show, options);
  CLI::App* lock = add(*pack, options, Command::pack_lock, "lock",
                       "writes e2e.lock: the packs that the project runs from now on");
  add_config_option(*lock, options);
  add_json(*lock, options);
  CLI::App* remove = add(*pack, options, Command::pack_remove, "remove", "takes installed packs away");
  remove->add_option("PACK", options.pack.names, "ID, ID@VERSION, or the beginning of a digest")
      ->required()
      ->type_name("");
  add_json(*remove, options);

  CLI::App* trust = app.add_subcommand("trust", "says whose packs may be installed");
  trust->require_subcommand(1);
  CLI::App* trust_add = add(*trust, options, Command::trust_add, "add", "trusts a publisher's public key");
  trust_add->add_option("PUBLISHER", options.pack.publisher, "who")
      ->required()
      ->type_name("")
      ->check(word_check);
  trust_add->add_option("KEY", options.pack.public_key, "the public key, or a file that has it")
      ->required()
      ->type_name("");
  add_json(*trust_add, options);
  add_json(*add(*trust, options, Command::trust_list, "list", "shows which keys are trusted"), options);
  CLI::App* trust_remove =
      add(*trust, options, Command::trust_remove, "remove", "trusts a publisher no more");
  trust_remove->add_option("PUBLISHER", options.pack.publisher, "who")
      ->required()
      ->type_name("")
      ->check(word_check);
  trust_remove->add_option("KEY-ID", options.pack.key_id, "only this one of their keys")->type_name("");
  add_json(*trust_remove, options);
}

}  // namespace e2e::host
