#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/expansion.hpp"
#include "config/yaml_document.hpp"

namespace e2e::host {

/// The settings that environment variables make, each as a tree in the shape of e2e.conf:
///
///     E2E_PARALLEL=N        parallel: {enabled: true, max_workers: N}; 0: {enabled: false}; auto: as many as
///     CPUs E2E_PARALLEL_MODE     parallel.mode           E2E_TIMEOUT   limits.test_timeout, in milliseconds
///     E2E_ISOLATION         parallel.isolation_level
///     E2E_ENVIRONMENT       general.environment     E2E_RETRIES   general.retries
///
/// An empty variable counts as unset. Their texts are added to `sources`, which must outlive the trees.
std::vector<YamlPointer> read_variable_layers(const Variables& variables, std::deque<SourceText>& sources,
                                              Diagnostics& diagnostics);

/// The tree that "KEY=VALUE" of --set stands for: KEY is dotted, VALUE is YAML, empty: null. A service's name
/// may have dots in it if it is one of `service_names`; what follows "headers." is one name. Null if it is
/// diagnosed.
YamlPointer read_set_option(std::string_view key_value, const std::vector<std::string>& service_names,
                            std::deque<SourceText>& sources, Diagnostics& diagnostics);

}  // namespace e2e::host
