import { render } from "preact";
import "./style/tokens.css";
import "./style/base.css";
import "../../../brief/src/figure/figure.css";
import "./style/claims.css";
import { App } from "./app";
import { listenKeys } from "./lib/keys";
import { listenLive } from "./lib/live";
import { listen } from "./lib/route";
import { startTheme } from "./lib/theme";

startTheme();
listen();
listenKeys();
listenLive();
render(<App />, document.getElementById("app")!);
