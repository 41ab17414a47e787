/** The Self-Service Console's first file: what must be in place before anything else, then the tree. */
import '@patternfly/react-core/dist/styles/base.css';
import 'virtual:palette.css';
import '../console.css';
import './self-service.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { ConnectionContext } from '../api/connection.ts';
import { shownLanguage } from '../texts/language.ts';
import { applyTheme } from '../ui/frame/appearance-menu.tsx';
import { NoticeProvider } from '../ui/notices.tsx';
import { RouterContext } from '../ui/use-onward.ts';
import { connectUser } from './connection.ts';
import { PersonProvider } from './person-provider.tsx';
import { ProblemSentences } from './problem-sentence.tsx';
import { browserRouter } from './routes.tsx';
import { takeApproval } from './token/approval.ts';
import { startTexts } from './use-person.ts';

takeApproval();
applyTheme();
await startTexts();

const connection = connectUser(shownLanguage);
const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 0, refetchOnWindowFocus: true, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

// When the user goes back, a browser may show an old copy of a page, which may not be for anyone who is looking now.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload();
});

const router = browserRouter();

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <ConnectionContext value={connection}>
      <QueryClientProvider client={queries}>
        <NoticeProvider>
          <ProblemSentences>
            <PersonProvider>
              <RouterContext value={router}>
                <RouterProvider router={router} />
              </RouterContext>
            </PersonProvider>
          </ProblemSentences>
        </NoticeProvider>
      </QueryClientProvider>
    </ConnectionContext>
  </StrictMode>,
);
