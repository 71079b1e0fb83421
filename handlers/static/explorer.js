// Swagger UI for the specification beside this page. Requests go to the server that sent the
// page, below the same prefix, whatever the specification says of servers.
"use strict";

const base = new URL("..", window.location.href).href.replace(/\/$/, "");

function servedHere(response) {
  if (response.ok && response.url.endsWith("/openapi.json")) {
    response.text = JSON.stringify({ ...JSON.parse(response.text), servers: [{ url: base }] });
  }
  return response;
}

window.ui = SwaggerUIBundle({
  url: `${base}/openapi.json`,
  dom_id: "#swagger-ui",
  layout: "BaseLayout",
  presets: [SwaggerUIBundle.presets.apis],
  responseInterceptor: servedHere,
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 1,
  displayRequestDuration: true,
});
