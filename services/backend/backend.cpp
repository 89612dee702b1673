#include "backend.hpp"

#include "api/auth.hpp"
#include "api/orders.hpp"
#include "api/payments.hpp"
#include "api/users.hpp"
#include "http/router.hpp"

namespace demo {
namespace {

Handler handler_of(Service service, const ServiceContext& context) {
  const auto router = std::make_shared<Router>();
  switch (service) {
    case Service::auth:
      add_auth_routes(*router, context);
      break;
    case Service::users:
      add_users_routes(*router, context);
      break;
    case Service::orders:
      add_orders_routes(*router, context);
      break;
    case Service::payments:
      add_payments_routes(*router, context);
      break;
  }
  return [router](const Request& request) { return router->handle(request); };
}

}  // namespace

Backend::Backend(const Options& options, const Clock& clock) {
  const bool is_kept = !options.database_path.empty();
  if (!is_kept) folder_ = std::make_unique<TemporaryFolder>();
  const std::string path = is_kept ? options.database_path : (folder_->path() / "demo.sqlite").string();
  database_ = std::make_unique<Database>(path, is_kept);
  for (const ServiceOptions& wanted : options.services) {
    const ServiceContext context{*database_, clock};
    services_.push_back(
        {wanted.service, std::make_unique<Server>(wanted.port, handler_of(wanted.service, context))});
  }
  for (const RunningService& running : services_) running.server->start();
  if (!options.ports_file.empty()) ports_file_ = std::make_unique<PortsFile>(options.ports_file, ports());
}

Backend::~Backend() { stop(); }

std::map<std::string, int> Backend::ports() const {
  std::map<std::string, int> ports;
  for (const RunningService& running : services_) {
    ports.emplace(name_of(running.service), running.server->port());
  }
  return ports;
}

void Backend::stop() {
  ports_file_.reset();
  for (const RunningService& running : services_) running.server->stop();
}

}  // namespace demo
