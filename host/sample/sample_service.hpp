#pragma once

#include <cstdint>
#include <string>

namespace e2e::host {

/// Serves notes over HTTP on 127.0.0.1 until SIGTERM or SIGINT: something that a new project can test at
/// once.
///
///     GET /health            200 {"status":"ok"}
///     POST /notes            {"text":"..."}: 201 {"id":"1","text":"..."}; 400 no JSON, 422 no text, 507 too
///     many GET /notes/ID          200, 404 DELETE /notes/ID       204, 404
///
/// Notes are kept in memory: at most 10,000, each of at most 64 KiB. `port` 0: any; the address is printed.
/// Throws Fatal(infrastructure) where it can't listen.
void serve_sample(uint16_t port);

}  // namespace e2e::host
