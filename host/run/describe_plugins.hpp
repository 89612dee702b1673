#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <vector>

#include "discovery/catalog.hpp"
#include "launcher/launcher.hpp"

namespace e2e::host {

/// Asks plugins for their tests, each in a worker of its own, some at a time. Turns `loop` until all have
/// answered, died or used up config.limits.setup_ms. Answers in the order of the requests; a plugin that
/// can't be used is a sentence.
std::vector<Description> describe_plugins(boost::asio::io_context& loop, Launcher& launcher,
                                          const Config& config, const std::vector<DescribeRequest>& requests);

}  // namespace e2e::host
