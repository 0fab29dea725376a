from django.urls import path

from safety.views import report, suspended

app_name = "safety"
urlpatterns = [
    path("report/", report.index, name="report"),
    path("suspended/", suspended.index, name="suspended"),
]
