/**
 * A minimal Socket.IO server, for comparison with ours. Everyone joins one room and is greeted.
 * A POST request sends its body, an event in JSON, to everyone in the room.
 *
 * It does less than ours: it knows no sessions, no admission, no presence and no snapshot, and it
 * emits the event in its own process, without Redis.
 */
import {createServer} from "node:http";
import {Server} from "socket.io";

const ROOM = "space";

const http = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (request.method === "POST") io.to(ROOM).emit("event", JSON.parse(body));
  response.end();
});
const io = new Server(http, {
  transports: ["websocket"],
  serveClient: false,
  pingInterval: 600_000, // no pings during a measurement
});

io.on("connection", (socket) => {
  socket.join(ROOM);
  socket.emit("hello");
});
http.listen(Number(process.env.PORT), "127.0.0.1", 2048);
