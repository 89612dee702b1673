#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "config/config.hpp"
#include "config/load_config.hpp"
#include "discovery/catalog.hpp"
#include "launcher/launcher.hpp"

namespace e2e::host {

/// What the configuration is made from: this process's environment, and what the command line says.
ConfigSources sources_of(const Options& options);

/// The first stages of the pipeline, which `run` and `list` share: config -> discovery -> selection.
struct Prepared {
  Config config;
  std::filesystem::path state_folder;  ///< .e2e in the project
  std::vector<RunPack> packs;          ///< that plugins come from
  Catalog catalog;
  std::vector<uint32_t> selected;
  size_t chosen_in_all_shards = 0;  ///< as many as selected, unless that is a share
};

/// The tests as `list` and `run --list` show them.
std::string tests_text(const Prepared& prepared);

/// Throws Fatal: what it says is all there is to say.
Prepared prepare(const Options& options, boost::asio::io_context& loop, Launcher& launcher);

}  // namespace e2e::host
