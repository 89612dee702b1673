// The services together: one database, one server each.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/clock.hpp"
#include "database/database.hpp"
#include "http/server.hpp"
#include "options.hpp"
#include "ports_file.hpp"
#include "temporary_folder.hpp"

namespace demo {

/// Serves what the options say, until stop().
class Backend {
 public:
  /// Opens the database, listens on every port, begins to answer, and writes the ports file, in this order.
  /// Throws std::runtime_error with a one-line reason; nothing is left then.
  explicit Backend(const Options& options, const Clock& clock = system_clock());
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  ~Backend();

  /// The ports by the services' names.
  [[nodiscard]] std::map<std::string, int> ports() const;

  /// Takes the ports file away, finishes the requests under way and closes all ports. Idempotent.
  void stop();

 private:
  struct RunningService {
    Service service;
    std::unique_ptr<Server> server;
  };

  std::unique_ptr<TemporaryFolder> folder_;  // null where the database's path was given
  std::unique_ptr<Database> database_;
  std::vector<RunningService> services_;
  std::unique_ptr<PortsFile> ports_file_;
};

}  // namespace demo
