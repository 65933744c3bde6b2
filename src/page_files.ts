/**
 * The page's files: what a browser gets that asks for it. They are part of the program, so that one file is all
 * that is needed to serve them. Our own modules are served without their types.
 */
import indexHtml from "./web/index.html" with { type: "text" };
import webStyleCss from "./web/style.css" with { type: "text" };
import webTalkCss from "./web/talk.css" with { type: "text" };
import webLayoutCss from "./web/layout.css" with { type: "text" };
import webIconSvg from "./web/icon.svg" with { type: "text" };
import chatCommandTs from "./chat/command.ts" with { type: "text" };
import chatEventTs from "./chat/event.ts" with { type: "text" };
import chatLookAlikesTs from "./chat/look_alikes.ts" with { type: "text" };
import chatNamesTs from "./chat/names.ts" with { type: "text" };
import chatNearestTs from "./chat/nearest.ts" with { type: "text" };
import chatShapeTs from "./chat/shape.ts" with { type: "text" };
import chatSlashTs from "./chat/slash.ts" with { type: "text" };
import chatWordsTs from "./chat/words.ts" with { type: "text" };
import clientBackOffTs from "./client/back_off.ts" with { type: "text" };
import clientBufferTs from "./client/buffer.ts" with { type: "text" };
import clientCompleteTs from "./client/complete.ts" with { type: "text" };
import clientEntriesTs from "./client/entries.ts" with { type: "text" };
import clientLinksTs from "./client/links.ts" with { type: "text" };
import clientMemoryTs from "./client/memory.ts" with { type: "text" };
import clientNickNumberTs from "./client/nick_number.ts" with { type: "text" };
import clientPageAppTs from "./client/page_app.ts" with { type: "text" };
import clientPageModelTs from "./client/page_model.ts" with { type: "text" };
import clientPageRowsTs from "./client/page_rows.ts" with { type: "text" };
import clientPageWishesTs from "./client/page_wishes.ts" with { type: "text" };
import clientPendingTs from "./client/pending.ts" with { type: "text" };
import clientPersonTs from "./client/person.ts" with { type: "text" };
import clientReturningTs from "./client/returning.ts" with { type: "text" };
import clientTalkTs from "./client/talk.ts" with { type: "text" };
import clientTalkEventsTs from "./client/talk_events.ts" with { type: "text" };
import clientTalkLinesTs from "./client/talk_lines.ts" with { type: "text" };
import clientTalkPastTs from "./client/talk_past.ts" with { type: "text" };
import clientUuidTs from "./client/uuid.ts" with { type: "text" };
import terminalRecallTs from "./terminal/recall.ts" with { type: "text" };
import terminalVisibleTs from "./terminal/visible.ts" with { type: "text" };
import webAddressJs from "./web/address.js" with { type: "text" };
import webChatJs from "./web/chat.js" with { type: "text" };
import webConversationJs from "./web/conversation.js" with { type: "text" };
import webElementsJs from "./web/elements.js" with { type: "text" };
import webKeysJs from "./web/keys.js" with { type: "text" };
import webLinkJs from "./web/link.js" with { type: "text" };
import webMainJs from "./web/main.js" with { type: "text" };
import webNotifyJs from "./web/notify.js" with { type: "text" };
import webStoreJs from "./web/store.js" with { type: "text" };
import webTabsJs from "./web/tabs.js" with { type: "text" };
import webTimesJs from "./web/times.js" with { type: "text" };
import webViewBannerJs from "./web/view/banner.js" with { type: "text" };
import webViewComposerJs from "./web/view/composer.js" with { type: "text" };
import webViewDialogsJs from "./web/view/dialogs.js" with { type: "text" };
import webViewDoorJs from "./web/view/door.js" with { type: "text" };
import webViewHeaderJs from "./web/view/header.js" with { type: "text" };
import webViewMessageJs from "./web/view/message.js" with { type: "text" };
import webViewMessagesJs from "./web/view/messages.js" with { type: "text" };
import webViewPanelsJs from "./web/view/panels.js" with { type: "text" };
import webViewPeopleJs from "./web/view/people.js" with { type: "text" };
import webViewRoomsJs from "./web/view/rooms.js" with { type: "text" };
import webViewSearchJs from "./web/view/search.js" with { type: "text" };
import wireReadShapeTs from "./wire/read_shape.ts" with { type: "text" };

/** `path` is what a browser asks for. */
export const PAGE_FILES: readonly { path: string; text: string }[] = [
  { path: "/", text: indexHtml },
  { path: "/web/style.css", text: webStyleCss },
  { path: "/web/talk.css", text: webTalkCss },
  { path: "/web/layout.css", text: webLayoutCss },
  { path: "/web/icon.svg", text: webIconSvg },
  { path: "/chat/command.ts", text: chatCommandTs },
  { path: "/chat/event.ts", text: chatEventTs },
  { path: "/chat/look_alikes.ts", text: chatLookAlikesTs },
  { path: "/chat/names.ts", text: chatNamesTs },
  { path: "/chat/nearest.ts", text: chatNearestTs },
  { path: "/chat/shape.ts", text: chatShapeTs },
  { path: "/chat/slash.ts", text: chatSlashTs },
  { path: "/chat/words.ts", text: chatWordsTs },
  { path: "/client/back_off.ts", text: clientBackOffTs },
  { path: "/client/buffer.ts", text: clientBufferTs },
  { path: "/client/complete.ts", text: clientCompleteTs },
  { path: "/client/entries.ts", text: clientEntriesTs },
  { path: "/client/links.ts", text: clientLinksTs },
  { path: "/client/memory.ts", text: clientMemoryTs },
  { path: "/client/nick_number.ts", text: clientNickNumberTs },
  { path: "/client/page_app.ts", text: clientPageAppTs },
  { path: "/client/page_model.ts", text: clientPageModelTs },
  { path: "/client/page_rows.ts", text: clientPageRowsTs },
  { path: "/client/page_wishes.ts", text: clientPageWishesTs },
  { path: "/client/pending.ts", text: clientPendingTs },
  { path: "/client/person.ts", text: clientPersonTs },
  { path: "/client/returning.ts", text: clientReturningTs },
  { path: "/client/talk.ts", text: clientTalkTs },
  { path: "/client/talk_events.ts", text: clientTalkEventsTs },
  { path: "/client/talk_lines.ts", text: clientTalkLinesTs },
  { path: "/client/talk_past.ts", text: clientTalkPastTs },
  { path: "/client/uuid.ts", text: clientUuidTs },
  { path: "/terminal/recall.ts", text: terminalRecallTs },
  { path: "/terminal/visible.ts", text: terminalVisibleTs },
  { path: "/web/address.js", text: webAddressJs },
  { path: "/web/chat.js", text: webChatJs },
  { path: "/web/conversation.js", text: webConversationJs },
  { path: "/web/elements.js", text: webElementsJs },
  { path: "/web/keys.js", text: webKeysJs },
  { path: "/web/link.js", text: webLinkJs },
  { path: "/web/main.js", text: webMainJs },
  { path: "/web/notify.js", text: webNotifyJs },
  { path: "/web/store.js", text: webStoreJs },
  { path: "/web/tabs.js", text: webTabsJs },
  { path: "/web/times.js", text: webTimesJs },
  { path: "/web/view/banner.js", text: webViewBannerJs },
  { path: "/web/view/composer.js", text: webViewComposerJs },
  { path: "/web/view/dialogs.js", text: webViewDialogsJs },
  { path: "/web/view/door.js", text: webViewDoorJs },
  { path: "/web/view/header.js", text: webViewHeaderJs },
  { path: "/web/view/message.js", text: webViewMessageJs },
  { path: "/web/view/messages.js", text: webViewMessagesJs },
  { path: "/web/view/panels.js", text: webViewPanelsJs },
  { path: "/web/view/people.js", text: webViewPeopleJs },
  { path: "/web/view/rooms.js", text: webViewRoomsJs },
  { path: "/web/view/search.js", text: webViewSearchJs },
  { path: "/wire/read_shape.ts", text: wireReadShapeTs },
];
