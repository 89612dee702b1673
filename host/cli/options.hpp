#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "selection/selection.hpp"
#include "selection/shard.hpp"

namespace e2e::host {

enum class Command {
  none,
  run,
  list,
  inspect,
  config_check,
  config_show,
  doctor,
  report,
  init,
  new_service,
  new_test,
  sample_service,
  pack_build,
  pack_keygen,
  pack_sign,
  pack_inspect,
  pack_verify,
  pack_install,
  pack_upgrade,
  pack_list,
  pack_show,
  pack_remove,
  pack_lock,
  trust_add,
  trust_list,
  trust_remove,
  completion,
  complete,
  version
};

/// What the command line says of packs and keys.
struct PackWords {
  std::string id, version, publisher;          ///< each without pack_word_problem(), or empty
  std::filesystem::path key, output, license;  ///< empty: none
  std::vector<std::filesystem::path> data;
  std::vector<std::string> variables;
  std::vector<std::string> names;  ///< ID, ID@VERSION, a digest's beginning, or of `verify` a file
  std::string public_key;          ///< itself, or a file that has it
  std::string key_id;
  bool no_tests = false, allow_unsigned = false, allow_older = false;
};

/// What the command line asked for. Nothing here has been looked up yet.
struct Options {
  Command command = Command::none;

  // run, list, config
  Wanted wanted;
  std::optional<std::filesystem::path> config_file;
  std::optional<std::string> environment;
  std::vector<std::string> settings;  ///< --set KEY=VALUE
  std::vector<std::filesystem::path> plugins;
  bool allow_empty = false;
  bool frozen =
      false;  ///< only packs that e2e.lock names, and a trusted publisher has signed; also pack install

  // run: which tests, and whether to run them
  bool last_failed = false;
  std::optional<Shard> shard;
  bool list = false, dry_run = false;

  // run: how often, and what around it
  std::optional<uint32_t> repeat;
  bool until_fail = false, watch = false, build = false;
  std::string debug_test;  ///< the test to run in a debugger; empty: none

  // Of a run that another one started (child_run.hpp). Not on the help page.
  bool is_child = false;                          ///< only run once, whatever the three lines above say
  std::vector<std::string> affected_services;     ///< not empty: only tests of these
  std::optional<std::filesystem::path> last_run;  ///< --last-failed means this one; empty: there was none

  // run
  std::optional<uint32_t> shuffle_seed;
  bool live = false;
  std::optional<std::string> parallel;  ///< "auto" or a number
  std::optional<std::string> mode, isolation;
  std::optional<int64_t> timeout_ms, run_timeout_ms;
  std::optional<uint32_t> retries;
  uint32_t fail_fast = 0;  ///< 0: never
  bool fail_on_flaky = false;
  bool verbose = false, quiet = false, debug = false;
  std::string color = "auto";
  std::vector<std::string> outputs;  ///< FORMAT[=PATH], each without output_request_problem()
  std::optional<std::filesystem::path> report_dir;
  std::optional<int> events_to;  ///< a descriptor; on no help page: for the library of host/library/

  std::vector<std::string> runs;             ///< report
  bool json = false;                         ///< list, inspect, config show, doctor, version
  std::vector<std::filesystem::path> files;  ///< inspect; pack: plugins, or packs
  std::vector<std::string> keys;             ///< config show
  bool with_network = false;                 ///< doctor
  std::filesystem::path new_folder;          ///< init; empty: the working folder
  std::string new_service, new_test;         ///< init, new; without new_service_problem(), new_test_problem()
  std::string new_url;                       ///< init, new service; empty: the sample
  std::string new_ci = "both";               ///< init
  uint16_t port = 0;                         ///< sample-service
  PackWords pack;                            ///< pack, trust
  std::string shell;                         ///< completion
  std::vector<std::string> words;            ///< __complete
};

/// Reads the command line. Prints help and sets `exit_status` where that is all there is to do.
/// Throws Fatal(usage) for a command line that can't be.
Options parse_options(int argc, char** argv, std::optional<int>& exit_status);

}  // namespace e2e::host
