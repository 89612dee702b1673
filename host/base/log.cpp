#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

std::shared_ptr<spdlog::logger> logger;

}  // namespace

void start_log() {
  logger = std::make_shared<spdlog::logger>("e2e-host", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("[%H:%M:%S.%e] %v");
  logger->set_level(spdlog::level::debug);
}

bool is_logging() noexcept { return logger != nullptr; }

void write_log(std::string_view text) {
  if (logger) logger->debug(printable(text));
}

}  // namespace e2e::host
