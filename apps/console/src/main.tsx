/** The Security Console's first file: what must be in place before anything else, then the tree. */
import '@patternfly/react-core/dist/styles/base.css';
import 'virtual:palette.css';
import './console.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { FailedRequest } from './administration/request-link.tsx';
import { ConnectionContext, connect } from './api/connection.ts';
import { browserRouter } from './routes.tsx';
import { MissingPermission } from './session/missing-permission.tsx';
import { SessionProvider } from './session/session-provider.tsx';
import { onLanguageChange, shownLanguage } from './texts/language.ts';
import { startTexts } from './texts/use-texts.ts';
import { applyTheme } from './ui/frame/appearance-menu.tsx';
import { NoticeProvider } from './ui/notices.tsx';
import { FailedRequestContext, MissingPermissionContext } from './ui/problem-alert.tsx';
import { RouterContext } from './ui/use-onward.ts';

applyTheme();
await startTexts();

const connection = connect(undefined, shownLanguage);
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: false,
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

// Cached answers contain messages of the server, in the language of the request. Further texts of the same language change none of them.
let languageOfAnswers = shownLanguage();
onLanguageChange(() => {
  if (shownLanguage() === languageOfAnswers) return;
  languageOfAnswers = shownLanguage();
  void queries.invalidateQueries();
});

let router: ReturnType<typeof browserRouter> | undefined;
/** Nothing of the requested page is loaded before someone is logged on. */
function Pages() {
  router ??= browserRouter();
  return (
    <RouterContext value={router}>
      <RouterProvider router={router} />
    </RouterContext>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <ConnectionContext value={connection}>
      <QueryClientProvider client={queries}>
        <NoticeProvider>
          <MissingPermissionContext value={MissingPermission}>
            <FailedRequestContext value={FailedRequest}>
              <SessionProvider>
                <Pages />
              </SessionProvider>
            </FailedRequestContext>
          </MissingPermissionContext>
        </NoticeProvider>
      </QueryClientProvider>
    </ConnectionContext>
  </StrictMode>,
);
