"""A morning: a registration is asked about, answered, approved; another refused, contested, won."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from standardwebhooks import Webhook

from backoffice.core.case import Case
from backoffice.core.files import Attachment
from backoffice.core.integration import Integration, WebhookEndpoint
from backoffice.core.permissions import SYSTEM
from backoffice.core.secrets import encrypt
from backoffice.dev.sandboxes.demo_companies import DEMO_COMPANIES
from backoffice.intake.keys import SCOPES, create_key, integration_named
from tests.browser.person import Person
from tests.factories.outbox import SECRET
from tests.factories.registration import document, registration_body
from tests.factories.staff import make_staff
from tests.factories.trader import declared
from tests.fakes.documents import picture
from tests.fakes.receiver import Receiver, receiving

pytestmark = pytest.mark.browser
