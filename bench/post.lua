-- A new order for each request.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = io.open("order.json"):read("*a")
